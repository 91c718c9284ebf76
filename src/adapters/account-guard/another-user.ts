import type { SignIn } from '../../core/account/accounts.ts';
import type { Account } from './guard-storage.ts';

/**
 * Whether the directory was put back, and lost the name or has it back: who signs in is another user than the one whose account
 * it was. With older credentials it is a sign-in that was overtaken, and refused for that.
 */
export function isAnothers(
  account: Account,
  { registeredAt, credentialsVersion, isNewUser }: SignIn,
): boolean {
  // Of an account from before this was kept, or from a record, only a registration's own sign-in tells.
  const { registeredAt: knownAt = isNewUser ? 0 : registeredAt } = account;
  return registeredAt !== knownAt && credentialsVersion >= account.credentialsVersion;
}
