import type { CookieName } from '../../src/core/cookies/refresh-jar.ts';
import type { RefreshToken } from '../../src/core/tokens/refresh-token.ts';
import type { Answer, Carried, RefreshCall } from './edge.ts';
import { KeyBook } from './key-book.ts';

/** Somebody honest who holds a session: follows the rules of DESIGN.md for clients and no others. */
export type Client = {
  readonly name: string;
  /** Its web origin, if its refresh token travels in a cookie. */
  readonly origin: string | undefined;
  /** The session it believes to be signed in to. */
  session(): { sid: string; username: string; validUntil: number } | undefined;
  /** The cookies that a request of it carries; none for an app. */
  carried(): Carried | undefined;
  /** Prepares a refresh: the key is chosen now, the cookies when it is called. */
  prepare(): (() => RefreshCall) | undefined;
  /** The answer to a sign-in arrives; `isRead`: the page that asked still lives. */
  signedIn(answer: Answer, isRead: boolean): void;
  /** Any other answer arrives. */
  receive(answer: Answer, isRead: boolean): void;
};

/** A native app: one variable for its token, in storage that outlives it. */
export class App implements Client {
  readonly name: string;
  readonly origin = undefined;
  token: RefreshToken | undefined;
  readonly #isKeyed: boolean;
  readonly #keys: KeyBook;

  constructor(name: string, isKeyed: boolean) {
    this.name = name;
    this.#isKeyed = isKeyed;
    this.#keys = new KeyBook(name);
  }

  session() {
    return this.token;
  }

  carried(): undefined {
    return undefined;
  }

  prepare(): (() => RefreshCall) | undefined {
    const { token } = this;
    if (!token) return undefined;
    const key = this.#isKeyed ? this.#keys.keyFor(token) : undefined;
    return () => ({ token, key });
  }

  signedIn(answer: Answer): void {
    if (answer.kind === 'tokens') this.token = answer.token;
  }

  /** An answer to an older request changes nothing. */
  receive(answer: Answer): void {
    if (answer.kind === 'tokens' && answer.token.sid === this.token?.sid) {
      if (answer.token.generation > this.token.generation) this.token = answer.token;
    }
    if (answer.kind === 'invalid_grant' && isSamePair(answer.of, this.token)) this.token = undefined;
    if (answer.kind === 'done' && answer.signedOut === this.token?.sid) this.token = undefined;
  }
}

export function isSamePair(a: CookieName | undefined, b: CookieName | undefined): boolean {
  return a !== undefined && a.sid === b?.sid && a.generation === b.generation;
}
