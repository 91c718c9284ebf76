import { publicIdOf } from '../core/account/credentials.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { RequestContext } from './context.ts';

/** Ending needs no fresh look at what was allowed, so it is tried again when something else was changed meanwhile. */
const MOST_TRIES = 3;

/**
 * Ends a credential: nobody signs in with it from then on, and the sessions that it opened end.
 *
 * @param id as its user is shown it
 * @returns false if there was none
 */
export async function endCredential(
  c: RequestContext,
  { sub, sid }: { sub: string; sid: string },
  id: string,
): Promise<boolean> {
  const { accounts, credentials, directory, log } = c.get('services');
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const user = await directory.find(sub);
    const ended = (await credentials.list(sub)).filter((each) => publicIdOf(each) === id);
    const [first] = ended;
    if (!user || !first) return false;
    const { credentialsVersion } = user;
    if (!(await accounts.changeCredentials(sub, { credentialsVersion, remove: ended }))) continue;
    log({ event: 'credential_ended', username: sub, sid, type: first.type, id });
    return true;
  }
  throw new Unavailable('The account, whose credentials are being changed,', 1);
}
