/** What a user can sign in with beside the password, by the door that takes it. */
export const CREDENTIAL_TYPES = ['digest', 'mutual', 'hoba', 'aws4'] as const;
export type CredentialType = (typeof CREDENTIAL_TYPES)[number];

/** Names one credential among everybody's. */
export type CredentialName = {
  type: CredentialType;
  /** What a client names it by: a hash of the username, a key's id. */
  id: string;
};

export type StoredCredential = CredentialName & {
  username: string;
  /** What its door needs to know, encrypted (`core/keys/at-rest.ts`). */
  sealed: string;
  /** Epoch seconds. */
  createdAt: number;
};

export type FoundCredential = StoredCredential & {
  /** The version of its user's credentials when it was read. */
  credentialsVersion: number;
  /** When its user was registered, epoch seconds. */
  registeredAt: number;
};

/** More than this are not added. */
export const MOST_CREDENTIALS = 50;

/** The credentials there are. Only `Accounts.changeCredentials` adds and ends them. */
export type Credentials = {
  /** @returns undefined also for a deleted user's */
  find(name: CredentialName): Promise<FoundCredential | undefined>;
  list(username: string): Promise<StoredCredential[]>;
  /** Everybody's by their names, so many behind one that need not exist. */
  listAfter(name: CredentialName | undefined, limit: number): Promise<StoredCredential[]>;
  /** Replaces what is sealed by the same under another key, if it still stands. */
  reseal(credential: StoredCredential, sealed: string): Promise<void>;
};

/** Digest and Mutual derive from the password and are renewed with it; a user has each once. */
export function isDerived(type: CredentialType): boolean {
  return type === 'digest' || type === 'mutual';
}

/** @returns how its user names a credential: Digest's two rows are one */
export function publicIdOf({ type, id }: CredentialName): string {
  return isDerived(type) ? type : id;
}
