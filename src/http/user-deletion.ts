import { Unavailable } from '../core/unavailable.ts';
import type { RequestContext } from './context.ts';

/** A user goes whatever their credentials are, so it is tried again when those were changed meanwhile. */
const MOST_TRIES = 3;

/**
 * Deletes a user. The name is never given out again.
 *
 * @returns false if there never was one
 */
export async function deleteUser(c: RequestContext, username: string): Promise<boolean> {
  const { accounts, directory } = c.get('services');
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const user = await directory.find(username);
    if (!user) {
      if (!(await directory.isTaken(username))) return false;
      // Who was deleted before may have sessions yet, if that died half-way.
      await accounts.endAll(username);
      return true;
    }
    if (await accounts.deleteUser(username, user.credentialsVersion)) return true;
  }
  throw new Unavailable('The account, whose credentials are being changed,', 1);
}
