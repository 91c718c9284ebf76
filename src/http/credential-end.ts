import { publicIdOf, type StoredCredential } from '../core/account/credentials.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { RequestContext } from './context.ts';

/** Ending needs no fresh look at what was allowed, so it is tried again when something else was changed meanwhile. */
const MOST_TRIES = 3;

/**
 * Ends credentials: nobody signs in with them from then on, and the sessions that they opened end.
 *
 * @returns false if there was none
 */
export async function endCredentials(
  c: RequestContext,
  { sub, sid }: { sub: string; sid: string },
  isMeant: (credential: StoredCredential) => boolean,
): Promise<boolean> {
  const { accounts, credentials, directory, log } = c.get('services');
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const user = await directory.find(sub);
    const ended = (await credentials.list(sub)).filter(isMeant);
    if (!user || ended.length === 0) return false;
    const { credentialsVersion } = user;
    if (!(await accounts.changeCredentials(sub, { credentialsVersion, remove: ended }))) continue;
    // Digest's two rows are one.
    const types = new Map(ended.map((each) => [publicIdOf(each), each.type]));
    for (const [id, type] of types) log({ event: 'credential_ended', username: sub, sid, type, id });
    return true;
  }
  throw new Unavailable('The account, whose credentials are being changed,', 1);
}
