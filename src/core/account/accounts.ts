import type { StatusIndex } from '../status/status-list.ts';
import type { CredentialName, StoredCredential } from './credentials.ts';
import type { Place, SessionFacts, SpentGeneration } from './session.ts';
import type { SessionId } from './session-id.ts';

/** What the next refresh token is made of. Instants are epoch seconds. */
export type Grant = SessionFacts & {
  generation: number;
  jti: string;
  /** The end of the refresh token: idle or absolute, whichever comes first. */
  validUntil: number;
};

/** What a session is opened for, whatever leads to it. */
export type SessionRequest = {
  /** The version of the credentials that were checked. */
  credentialsVersion: number;
  clientId: string;
  scope: string;
  amr: readonly string[];
  /** The web origin, if the refresh token is to travel in a cookie. */
  origin?: string;
  place: Place;
  /** When the user signed in, epoch seconds, if not now: the session follows from an earlier sign-in. */
  authTime?: number;
  /** An earlier sign-in of this user in the same browser: it ends, and what came from it goes on under the new one. */
  replaces?: SessionId;
} & Pick<SessionFacts, 'parent' | 'resources' | 'logoutIssuer' | 'thumbprint' | 'credential'>;

export type SignIn = SessionRequest & {
  /** When the user was registered whose credentials were checked, epoch seconds. */
  registeredAt: number;
  /** That was by this very request: no record can exist yet. */
  isNewUser: boolean;
};

export type SignInOutcome =
  | { kind: 'opened'; grant: Grant }
  /** The password was changed while it was being checked. */
  | { kind: 'credentials_changed' }
  | { kind: 'too_many_sessions' };

/** An authorization or device code that was presented. The code is authentic and its client is the right one. */
export type Redemption = {
  codeId: string;
  /** When the code expires, epoch seconds. */
  expiresAt: number;
  /** Hash of the `Idempotency-Key`, if the request had one. */
  keyHash?: string;
  /** The sign-in to the issuer's pages under which the user allowed it: it must still stand. */
  signInSid: SessionId;
  signIn: SessionRequest;
};

export type RedemptionOutcome =
  | SignInOutcome
  /** A second use: the session that the first one began was ended. */
  | { kind: 'code_reused' }
  /** By the guard's clock, after which it no longer knows whether there was a first use. */
  | { kind: 'expired' }
  | { kind: 'sign_in_ended' };

export type RefreshRequest = {
  facts: SessionFacts;
  generation: number;
  validUntil: number;
  keyHash?: string;
  place: Place;
};

export type RefreshOutcome =
  | { kind: 'rotated' | 'repeated'; grant: Grant }
  | { kind: 'late' | 'expired' }
  | { kind: 'reused'; firstUse: SpentGeneration | undefined }
  /** No such session. `because`: it was ended by a reuse that was found earlier. */
  | { kind: 'unknown'; because?: 'reused' };

export type SessionView = {
  sid: SessionId;
  place: Place;
  clientId: string;
  openedAt: number;
  lastUsedAt: number;
  credential?: string;
};

/** A session that ended because two attempts presented one refresh token. Instants are epoch seconds. */
export type ReusedSession = {
  sid: SessionId;
  endedAt: number;
  /** Where the token was spent, where that is still known. */
  first?: Place;
  /** Where it came from the second time. Which of the two is the thief, nobody can tell. */
  second: Place;
};

export type PasswordChange = {
  /** The version of the credentials under which the change was allowed. */
  credentialsVersion: number;
  /** The PHC string of the new password. */
  passwordHash: string;
  /** The session that stays. */
  keep: SessionId;
  /** The credentials that derive from the password, derived anew. */
  renewed?: readonly StoredCredential[];
  /** Other credentials that end with the old password. */
  ended?: readonly CredentialName[];
};

export type CredentialChange = {
  /** The version of the credentials under which the change was allowed. */
  credentialsVersion: number;
  put?: readonly StoredCredential[];
  remove?: readonly CredentialName[];
};

/** Everybody's sessions. Each change for a username is decided in one place, one after another, and is durable when it is answered. */
export type Accounts = {
  signIn(username: string, request: SignIn): Promise<SignInOutcome>;
  refresh(username: string, request: RefreshRequest): Promise<RefreshOutcome>;
  /** Opens a session for a code, once. */
  redeem(username: string, redemption: Redemption): Promise<RedemptionOutcome>;
  isLive(username: string, sid: SessionId): Promise<boolean>;
  /** Whether a refresh token is the current one of a live session. */
  isCurrent(username: string, sid: SessionId, generation: number): Promise<boolean>;
  list(username: string): Promise<SessionView[]>;
  /** Newest first, as long as the guard remembers them. */
  listReused(username: string): Promise<ReusedSession[]>;
  /** @param status what the session's token says of its place in the status lists, if one is at hand */
  end(username: string, sid: SessionId, status?: StatusIndex): Promise<{ ended: boolean }>;
  endAll(username: string): Promise<void>;
  /** @returns false if the credentials were changed by somebody else meanwhile */
  changePassword(username: string, change: PasswordChange): Promise<boolean>;
  /**
   * Adds or ends credentials. A sign-in with one that was ended is refused from then on, even if it had been checked, and
   * the sessions that it opened end. So do those of a key that another one replaces under its id.
   *
   * @returns false if the credentials were changed by somebody else meanwhile
   */
  changeCredentials(username: string, change: CredentialChange): Promise<boolean>;
  /**
   * Deletes the user and ends all sessions. No sign-in succeeds from then on, even if it had been checked.
   *
   * @param credentialsVersion the version of the credentials that the user was found with
   * @returns false if the credentials were changed by somebody else meanwhile
   */
  deleteUser(username: string, credentialsVersion: number): Promise<boolean>;
};
