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

/** Where passwords are hashed, and guesses counted. */
export type Passwords = {
  check(attempt: PasswordAttempt): Promise<PasswordVerdict>;
  /** @returns a PHC string */
  hash(username: string, password: string): Promise<string>;
};
