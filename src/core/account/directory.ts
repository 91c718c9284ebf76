import type { CredentialName, StoredCredential } from './credentials.ts';

export type User = {
  username: string;
  /** PHC string of the scrypt hash. */
  passwordHash: string;
  /**
   * Rises by one with each change of a password or other credential, from the registration's milliseconds: where the directory was
   * put back and lost the name, who registers it next is above all that the earlier user's guard has seen or has under way.
   */
  credentialsVersion: number;
  /** Epoch seconds, to the millisecond. Where it is another, the directory had lost the name, and it is another user's. */
  registeredAt: number;
};

/** One change of a user's credentials. */
export type CredentialsChange = {
  /** The version that it makes. */
  credentialsVersion: number;
  /** The PHC string of a new password. */
  passwordHash?: string | undefined;
  /** Added, or put in the place of those of the same name. Another user's is never replaced. */
  put?: readonly StoredCredential[] | undefined;
  remove?: readonly CredentialName[] | undefined;
  /** Epoch seconds. The user goes, and with the user the password, all credentials and consents; the name stays taken. */
  deletedAt?: number | undefined;
};

/** The users there are. A deleted user's name is never given out again. */
export type Directory = {
  find(username: string): Promise<User | undefined>;
  /** True also for a deleted user's name. */
  isTaken(username: string): Promise<boolean>;
  /** @returns `undefined` if the name is taken */
  add(username: string, passwordHash: string, now: number): Promise<User | undefined>;
  /** Changes credentials, all of it or nothing, unless a later version stands already. Made twice, it changes no more. */
  changeCredentials(username: string, change: CredentialsChange): Promise<void>;
  /** Replaces a hash by one of the same password with other parameters, if it still stands. */
  rehash(username: string, oldHash: string, newHash: string): Promise<void>;
};
