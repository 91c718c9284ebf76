import type { Accounts } from '../../core/account/accounts.ts';
import { callDurable } from '../durable-call.ts';
import type { AccountGuard } from './account-guard.ts';

/**
 * Everybody's guards, each named by its username.
 *
 * @param retryWindowSeconds how long a repeated refresh without a key is known as the same attempt
 */
export function createAccounts(
  guards: DurableObjectNamespace<AccountGuard<unknown>>,
  retryWindowSeconds: number,
): Accounts {
  const call = <T>(
    username: string,
    use: (guard: DurableObjectStub<AccountGuard<unknown>>) => Promise<unknown>,
    repeatable: boolean,
  ) => callDurable('The account guard', () => use(guards.getByName(username)) as Promise<T>, repeatable);
  return {
    // A sign-in made twice would leave a session that nobody holds.
    signIn: (username, request) => call(username, (guard) => guard.signIn(username, request), false),
    refresh: (username, request) =>
      call(
        username,
        (guard) => guard.refresh(username, request),
        request.keyHash !== undefined || retryWindowSeconds > 0,
      ),
    redeem: (username, redemption) =>
      call(username, (guard) => guard.redeem(username, redemption), redemption.keyHash !== undefined),
    isCurrent: (username, sid, generation) =>
      call(username, (guard) => guard.isCurrent(username, sid, generation), true),
    isLive: (username, sid) => call(username, (guard) => guard.isLive(username, sid), true),
    list: (username) => call(username, (guard) => guard.list(username), true),
    listReused: (username) => call(username, (guard) => guard.listReused(username), true),
    end: (username, sid, status) => call(username, (guard) => guard.end(username, sid, status), true),
    endAll: (username) => call(username, (guard) => guard.endAll(username), true),
    changePassword: (username, change) =>
      call(username, (guard) => guard.changePassword(username, change), false),
    changeCredentials: (username, change) =>
      call(username, (guard) => guard.changeCredentials(username, change), false),
    deleteUser: (username, credentialsVersion) =>
      call(username, (guard) => guard.deleteUser(username, credentialsVersion), false),
  };
}
