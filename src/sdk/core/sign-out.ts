import { expectDone, readAnswer, unreached } from './answer.ts';
import { credentialsOf } from './ask.ts';
import { fetchAuthorized } from './authorized-fetch.ts';
import { end } from './end.ts';
import { confirmEnding } from './endings.ts';
import { resume } from './resume.ts';
import type { Tab } from './tab.ts';

/** Signs out at once, here and in the other tabs, then tells the issuer. @throws ClientError if it wasn't reached */
export async function logout(tab: Tab): Promise<void> {
  await resume(tab);
  const { session, held } = tab;
  if (!session) return;
  await end(tab, session, 'logout', { isPending: tab.isCookie });
  await confirmEnding(tab, session.id, held);
}

/** Ends all sessions of the user. @throws ClientError if they haven't ended; then nobody was signed out */
export async function logoutEverywhere(tab: Tab): Promise<void> {
  await callSessions(tab, 'DELETE');
  if (tab.session) await end(tab, tab.session, 'logout', { isEverywhere: true });
}

/** Speaks to `/auth/sessions`. @returns the answer's body @throws ClientError */
export async function callSessions<Body extends object>(tab: Tab, method: 'GET' | 'DELETE'): Promise<Body> {
  const init = { method, credentials: credentialsOf(tab) };
  const response = fetchAuthorized(tab, `${tab.issuer}/auth/sessions`, init);
  return expectDone<Body>(await response.then(readAnswer, unreached));
}
