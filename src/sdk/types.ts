import type { EndReason } from './core/answer.ts';
import type { Dpop } from './core/send.ts';
import type { Transport } from './core/transport.ts';

export type ClientOptions = {
  /** The issuer's origin, such as `https://id.example.com`. */
  issuer: string;
  /** The origins whose requests get the access token, beside the issuer's own. No other origin ever sees it. */
  origins?: readonly string[];
  /**
   * Where the refresh token is kept. `cookie`, in an HttpOnly cookie of the issuer, survives reloads and is shared by tabs; it needs
   * a page of the issuer's own site, and is the default there. `memory`, the default elsewhere, is this page's alone.
   */
  transport?: Transport;
  /**
   * How long one request to the issuer may take before it is repeated. 8 by default: where a browser keeps no database for the page a
   * repeat has no key, and must come within the issuer's `RETRY_WINDOW`, 10 by default.
   */
  timeoutSeconds?: number;
  /** `dpop()`, to bind the tokens to a key of this browser. */
  dpop?: Dpop;
};

export type Credentials = { username: string; password: string };

/** Who is signed in here. */
export type Session = { readonly id: string; readonly username: string };

/** One of the user's sessions, as the issuer lists them. */
export type ListedSession = {
  id: string;
  /** Such as `Chrome on macOS`. */
  device: string;
  /** ISO 3166-1 alpha-2, or empty. */
  country: string;
  /** Epoch seconds. */
  created_at: number;
  /** Epoch seconds. */
  last_used_at: number;
  /** This one. */
  current: boolean;
};

/**
 * Why nobody is signed in: the user signed out here or in another tab (`logout`); the refresh token was used by two, so
 * somebody may have stolen it (`reuse`); the session rested too long (`expired`); it was ended elsewhere (`ended`); or there was
 * none (`absent`).
 */
export type SignedOutReason = 'logout' | EndReason | 'absent';

/** What is known, at once. `unknown` until `session()` was asked. */
export type State =
  | { readonly status: 'unknown' }
  | { readonly status: 'signed-in'; readonly session: Session }
  | { readonly status: 'signed-out'; readonly reason: SignedOutReason };

export type Change =
  | { type: 'signed-in' | 'refreshed'; session: Session }
  | { type: 'signed-out'; reason: SignedOutReason };

/** All functions may be taken out of the object: `const { fetch } = client`. */
export type Client = {
  /** Registers a user and signs in. @throws ClientError */
  register(credentials: Credentials): Promise<Session>;
  /** Signs in. @throws ClientError with `invalid_grant` if the username or the password is wrong */
  login(credentials: Credentials): Promise<Session>;
  /**
   * Signs out of this session, in all tabs, at once. The promise waits for the issuer.
   *
   * @throws ClientError if the issuer couldn't be told or refused; with cookies it is told again when the network is back
   */
  logout(): Promise<void>;
  /** Ends all sessions of the user, on all devices. @throws ClientError; then nobody was signed out */
  logoutEverywhere(): Promise<void>;
  /** Lists the sessions of the user, newest use first. @throws ClientError */
  sessions(): Promise<ListedSession[]>;
  /** Who is signed in; takes up the session of an earlier page or another tab. @throws ClientError if nobody can tell now */
  session(): Promise<Session | null>;
  /** The same as far as it is known, at once. The object changes only with the state. */
  state(): State;
  /** Calls the listener at each change. @returns ends that */
  onChange(listener: (change: Change) => void): () => void;
  /** A token that is good now; null if nobody is signed in. @throws ClientError with `network` */
  token(): Promise<string | null>;
  /**
   * As the global `fetch`, with the access token on requests to the listed origins: one that is good now, and after a
   * `401 invalid_token` once more with a new one. A stream is sent only once.
   *
   * @throws what `fetch` throws, and ClientError with `network` if there is no token without the issuer
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** Stops listening to other tabs and to the network. Nobody is signed out. */
  close(): void;
};
