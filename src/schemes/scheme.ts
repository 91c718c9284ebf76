import type { CredentialName, FoundCredential } from '../core/account/credentials.ts';
import type { User } from '../core/account/directory.ts';
import type { KeyRing } from '../core/keys/key-ring.ts';
import type { ExchangeProof, ExchangeVerdict, Use } from '../core/passwords/passwords.ts';
import type { Settings } from '../core/settings/settings.ts';

/**
 * A door of `POST /auth/login`: one scheme of the `Authorization` header (RFC 9110 section 11). It turns a request into a
 * challenge or into somebody who proved who they are; opening the session is the same code for every door.
 */
export type Scheme = {
  /** The auth-scheme, in small letters. */
  name: string;
  /** The `WWW-Authenticate` challenges for a request that didn't get in (RFC 9110 section 11.6.1), one a header. */
  challenges(visit: Visit): Promise<string[]>;
  /** Whether a request without `Authorization` carries this scheme's credentials elsewhere. */
  isElsewhere?(visit: Visit): boolean;
  /** @param credentials what stands behind the auth-scheme; empty if they are elsewhere */
  verify(credentials: string, visit: Visit): Promise<Verdict>;
};

export type Verdict =
  | {
      kind: 'right';
      proven: Proven;
      /** How, beside the door's own name (RFC 8176). */
      amr: 'pwd' | 'pop';
      finish?: Finish;
    }
  /** Not of the scheme's form, or of another realm: nobody was asked. */
  | { kind: 'malformed' }
  /** `challenges`: instead of the scheme's own, where it can't tell whether a new answer would be right. */
  | { kind: 'wrong'; challenges?: string[] }
  | { kind: 'throttled'; retryAfterSeconds: number }
  /** Not in yet, and not wrong: the scheme's own challenges say how to go on. */
  | { kind: 'again'; reason: 'stale' | 'replayed' | 'key_exchange'; challenges: string[] };

/** Who signed in, under which version of the credentials, and what must still stand when the session is opened. */
export type Proven = Omit<User, 'passwordHash'> &
  ({ passwordHash: string } | { credential: FoundCredential });

/** Adds to the answer what the scheme ends with. `body`: the answer's. @returns header fields by name */
export type Finish = (body: Uint8Array<ArrayBuffer>) => Promise<Record<string, string>>;

/** What a door sees of a request, and whom it may ask. */
export type Visit = {
  method: string;
  /** Path and query, as they were sent but for what the URL standard spells otherwise. */
  target: string;
  headers: Headers;
  /** As it was sent. */
  body: Uint8Array<ArrayBuffer>;
  /** The issuer's origin, for example `https://id.example.com`. */
  issuer: string;
  realm: string;
  /** Epoch seconds. */
  now: number;
  keys: KeyRing;
  settings: Settings;
  random(byteLength: number): Uint8Array<ArrayBuffer>;
  desk: Desk;
};

/** The desk behind all doors. A user who doesn't exist must cost and answer the same as a wrong secret. */
export type Desk = {
  /** Asked first: the limit by address, or by a device that signed this user in before. */
  enter(username?: string): Promise<Throttled | undefined>;
  /** Checks a password, limit and throttle included. */
  checkPassword(username: string, password: string): Promise<PasswordFinding>;
  find(name: CredentialName): Promise<OpenedCredential | undefined>;
  /** Counts the attempt and says whether its proof may count. */
  settle(proof: Proof): Promise<ProofFinding>;
  /** Begins a key exchange for a username. @returns the session's id */
  openExchange(username: string, sealed: string, until: number): Promise<string>;
  readExchange(sid: string): Promise<string | undefined>;
  settleExchange(proof: ExchangeProof): Promise<ExchangeVerdict>;
};

export type Throttled = { kind: 'throttled'; retryAfterSeconds: number };
export type PasswordFinding = { kind: 'right'; user: User } | { kind: 'wrong' } | Throttled;
export type ProofFinding = { kind: 'right' } | { kind: 'wrong' } | { kind: 'replayed' } | Throttled;

/** A credential, and what was sealed in it. */
export type OpenedCredential = FoundCredential & { data: unknown };

export type Proof = {
  /** Whose guesses are counted: a username, or a key's id. */
  subject: string;
  isRight: boolean;
  /** As in `ProofAttempt`. */
  isUnguessable?: boolean;
  /** What may be used once, or must rise. */
  use?: Use;
};
