/** What the desk is asked: may this attempt go on, and does the password match? */
export type PasswordAttempt = {
  username: string;
  password: string;
  /** The PHC string to check against; undefined for a user who doesn't exist, who costs the same. */
  passwordHash: string | undefined;
  /** The device's own allowance, if it has signed this user in before. */
  deviceId: string | undefined;
};

export type PasswordVerdict =
  | { kind: 'right'; needsRehash: boolean }
  | { kind: 'wrong' }
  | { kind: 'throttled'; retryAfterSeconds: number };

/** Something that is good once, or only with a count above the last one, until it is over. */
export type Use = {
  id: string;
  count: number;
  /** Epoch seconds. */
  until: number;
};

/** A proof that was computed elsewhere: it counts only if its attempt may go on, and what it uses is unused. */
export type ProofAttempt = {
  /** Whose guesses are counted: a username, or a key's id. */
  subject: string;
  deviceId: string | undefined;
  isRight: boolean;
  use: Use | undefined;
};

export type ProofVerdict =
  | { kind: 'right' }
  | { kind: 'wrong' }
  | { kind: 'replayed' }
  | { kind: 'throttled'; retryAfterSeconds: number };

/** Where passwords are hashed, and guesses counted. */
export type Passwords = {
  check(attempt: PasswordAttempt): Promise<PasswordVerdict>;
  settle(attempt: ProofAttempt): Promise<ProofVerdict>;
  /** @returns a PHC string */
  hash(username: string, password: string): Promise<string>;
};
