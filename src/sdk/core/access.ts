import { marginSeconds, remainingSeconds } from './lifetime.ts';
import { renew } from './renew.ts';
import { resume } from './resume.ts';
import type { Tab } from './tab.ts';

/**
 * @returns an access token that is good now; null if nobody is signed in
 * @throws ClientError if there is none without the issuer, and it can't be reached
 */
export async function accessToken(tab: Tab): Promise<string | null> {
  await resume(tab);
  if (tab.session && !isGood(tab, marginSeconds(tab.held?.seconds ?? 0))) {
    await renew(tab).catch((error) => {
      // Near its end it is still better than none.
      if (!isGood(tab, 0)) throw error;
    });
  }
  return tab.held?.token ?? null;
}

/** @returns another token than the refused one; null if there is none to be had */
export async function anotherToken(tab: Tab, refused: string): Promise<string | null> {
  // Another request, or another tab, may have refreshed already.
  if (tab.held?.token === refused) await renew(tab).catch(() => {});
  return tab.held && tab.held.token !== refused ? tab.held.token : null;
}

function isGood({ held, now }: Tab, forSeconds: number): boolean {
  return held !== undefined && remainingSeconds(held.since, held.seconds, now()) > forSeconds;
}
