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
  /** Nobody guesses it: a signature by a key of full strength. A right one passes while wrong ones are held up, or whoever knows the key's id could lock its owner out. */
  isUnguessable?: boolean;
  use: Use | undefined;
};

export type ProofVerdict =
  | { kind: 'right' }
  | { kind: 'wrong' }
  | { kind: 'replayed' }
  | { kind: 'throttled'; retryAfterSeconds: number };

/** A key exchange that was begun for a user: `sealed` is for whoever opened it. */
export type Exchange = {
  username: string;
  deviceId: string | undefined;
  sealed: string;
  /** Epoch seconds. */
  until: number;
};

export type ExchangeProof = {
  sid: string;
  /** A number that may come once in a session. */
  nonce: number;
  isRight: boolean;
};

/** `stale`: there is no such session, or its number came already. */
export type ExchangeVerdict =
  | { kind: 'right' }
  | { kind: 'wrong' }
  | { kind: 'stale' }
  | { kind: 'throttled'; retryAfterSeconds: number };

/** Where passwords are hashed, and guesses counted. */
export type Passwords = {
  check(attempt: PasswordAttempt): Promise<PasswordVerdict>;
  settle(attempt: ProofAttempt): Promise<ProofVerdict>;
  /** @returns the session's id: an even number of hex digits */
  openExchange(exchange: Exchange): Promise<string>;
  /** @returns what was sealed, if there is such a session */
  readExchange(sid: string): Promise<string | undefined>;
  /** Each exchange is good for one guess, charged to its user. */
  settleExchange(proof: ExchangeProof): Promise<ExchangeVerdict>;
  /** @returns a PHC string */
  hash(username: string, password: string): Promise<string>;
};
