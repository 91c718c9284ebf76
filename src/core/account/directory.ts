export type User = {
  username: string;
  /** PHC string of the scrypt hash. */
  passwordHash: string;
  /** Rises by one with each change of a password or other credential. */
  credentialsVersion: number;
};

/** The users there are. A deleted user's name is never given out again. */
export type Directory = {
  find(username: string): Promise<User | undefined>;
  /** True also for a deleted user's name. */
  isTaken(username: string): Promise<boolean>;
  /** @returns false if the name is taken */
  add(username: string, passwordHash: string, now: number): Promise<boolean>;
  /** Sets a new password, unless a later version stands already. */
  setPassword(username: string, passwordHash: string, credentialsVersion: number): Promise<void>;
  /** Replaces a hash by one of the same password with other parameters, if it still stands. */
  rehash(username: string, oldHash: string, newHash: string): Promise<void>;
};
