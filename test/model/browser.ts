import type { CookieName } from '../../src/core/cookies/refresh-jar.ts';
import type { RefreshToken } from '../../src/core/tokens/refresh-token.ts';
import { type Client, isSamePair } from './clients.ts';
import type { Answer, Carried, RefreshCall } from './edge.ts';
import { KeyBook } from './key-book.ts';

type Cookies = ReadonlyMap<string, string>;

/** One browser: a cookie jar for the issuer's host, which all its pages share, and a memory of it on disk. */
export class Browser {
  /** Rises when it crashes: what was under way to it then never arrives. */
  life = 0;
  #jar = new Map<string, string>();
  #onDisk: Cookies = new Map();
  readonly #open: (text: string) => RefreshToken | undefined;

  /** `open`: the token behind a cookie's text, while it has not expired. */
  constructor(open: (text: string) => RefreshToken | undefined) {
    this.#open = open;
  }

  /** The cookies that have not expired. */
  carried(): Carried {
    return [...this.#jar].filter(([, text]) => this.#open(text) !== undefined);
  }

  absorb(answer: Answer): void {
    if (answer.kind !== 'tokens' && answer.kind !== 'done') return;
    if (answer.kind === 'tokens' && answer.set) this.#jar.set(...answer.set);
    for (const name of answer.clear) this.#jar.delete(name);
  }

  flush(): void {
    this.#onDisk = new Map(this.#jar);
  }

  /**
   * The jar is put back to what was on disk; what pages stored themselves survives.
   *
   * @returns the sessions whose newest cookie was lost, and until when the newest one put back is good (0: there is none)
   */
  crash(): { sid: string; cookieUntil: number }[] {
    this.life += 1;
    const lost = this.#newest();
    this.#jar = new Map(this.#onDisk);
    const putBack = this.#newest();
    return [...lost.values()]
      .filter(({ sid, generation }) => putBack.get(sid)?.generation !== generation)
      .map(({ sid }) => ({ sid, cookieUntil: putBack.get(sid)?.validUntil ?? 0 }));
  }

  /** The newest generation of a session that the jar holds. */
  newestGeneration(sid: string): number | undefined {
    return this.#newest().get(sid)?.generation;
  }

  #newest(): Map<string, RefreshToken> {
    const newest = new Map<string, RefreshToken>();
    for (const [, text] of this.carried()) {
      const token = this.#open(text);
      if (token && token.generation >= (newest.get(token.sid)?.generation ?? 0)) newest.set(token.sid, token);
    }
    return newest;
  }
}

type Belief = CookieName & { username: string; validUntil: number };

/** The pages of one origin in a browser. They share what they store: the pair they go on with, and their keys. */
export class Pages implements Client {
  readonly name: string;
  readonly origin: string;
  readonly browser: Browser;
  #belief: Belief | undefined;
  readonly #keys: KeyBook;

  constructor(name: string, origin: string, browser: Browser) {
    this.name = name;
    this.origin = origin;
    this.browser = browser;
    this.#keys = new KeyBook(name);
  }

  session() {
    return this.#belief;
  }

  carried(): Carried {
    return this.browser.carried();
  }

  /** It is to go on with a generation whose key is gone: the jar was put back too far. */
  hasLostKey(): boolean {
    return this.#belief !== undefined && this.#keys.hasLost(this.#belief);
  }

  /** A page that knows no pair sends no key, and takes what the jar holds. */
  prepare(): (() => RefreshCall) | undefined {
    const pair = this.#belief;
    if (!pair && this.carried().length === 0) return undefined;
    const key = pair && this.#keys.keyFor(pair);
    const heldUntil = pair?.validUntil ?? 0;
    return () => ({ cookies: this.carried(), origin: this.origin, pair, key, heldUntil });
  }

  signedIn(answer: Answer, isRead: boolean): void {
    this.browser.absorb(answer);
    if (isRead && answer.kind === 'tokens') this.#believe(answer.token);
  }

  receive(answer: Answer, isRead: boolean): void {
    this.browser.absorb(answer);
    if (!isRead) return;
    if (answer.kind === 'tokens') this.#succeed(answer.token);
    if (answer.kind === 'superseded' && answer.newest) this.#follow(answer.newest);
    if (answer.kind === 'invalid_grant' && isSamePair(answer.of, this.#belief)) this.#belief = undefined;
    if (answer.kind === 'done' && answer.signedOut === this.#belief?.sid) this.#belief = undefined;
  }

  #believe(token: RefreshToken): void {
    const { sid, generation, username, validUntil } = token;
    this.#belief = { sid, generation, username, validUntil };
  }

  #succeed(token: RefreshToken): void {
    const belief = this.#belief;
    if (!belief || (belief.sid === token.sid && token.generation > belief.generation)) this.#believe(token);
  }

  /** Goes on with the pair that a 409 names, even with a lower one. */
  #follow(newest: CookieName): void {
    if (this.#belief && this.#belief.sid === newest.sid)
      this.#belief = { ...this.#belief, generation: newest.generation };
  }
}
