import { accessToken } from '../../../src/sdk/core/access.ts';
import { EMPTY_BOOK, type PairBook } from '../../../src/sdk/core/pair-book.ts';
import type { Message, Platform } from '../../../src/sdk/core/platform.ts';
import { receive } from '../../../src/sdk/core/receive.ts';
import { signIn } from '../../../src/sdk/core/sign-in.ts';
import { createTab, type Tab } from '../../../src/sdk/core/tab.ts';
import type { Change } from '../../../src/sdk/types.ts';
import { type Jar, RuleIssuer } from './rule-issuer.ts';

/** What the network does to one request. Milliseconds there and back; what is lost is lost at that time. */
export type Fate = { there: number; back: number; lost: 'no' | 'request' | 'answer' };

export const CALM: Fate = { there: 10, back: 10, lost: 'no' };
const ISSUER = 'https://id.example.com';

export type Page = { tab: Tab; changes: Change[]; isAlive: boolean; kept: { session: string | undefined } };

/** One browser with its tabs, an issuer, the network between, and a clock that runs only when told. */
export class World {
  readonly issuer = new RuleIssuer();
  readonly jar: Jar = new Set();
  readonly pages: Page[] = [];
  book: PairBook = EMPTY_BOOK;
  /** Milliseconds. */
  now = 2_000_000_000_000;
  /** The fates of the next requests; then all is calm. */
  fates: Fate[] = [];
  /** Cuts the network off. */
  isOffline = false;
  #events: { at: number; run: () => void }[] = [];
  #keys = 0;

  /** Opens a tab, or a page in a tab that was reloaded. */
  open(kept: { session: string | undefined } = { session: undefined }, isCookie = true): Page {
    const settings = { issuer: ISSUER, origins: [ISSUER], isCookie, timeoutMs: 10_000 };
    const changes: Change[] = [];
    const page: Page = {
      changes,
      isAlive: true,
      kept,
      tab: createTab(
        settings,
        this.#platform(() => page),
      ),
    };
    page.tab.listeners.add((change) => changes.push(change));
    this.pages.push(page);
    return page;
  }

  /** It never reads what is under way to it; the browser does. */
  kill(page: Page): void {
    page.isAlive = false;
    this.pages.splice(this.pages.indexOf(page), 1);
  }

  reload(page: Page): Page {
    this.kill(page);
    return this.open(page.kept);
  }

  async signIn(page: Page, username: string): Promise<void> {
    await this.finish(signIn(page.tab, '/auth/login', { username, password: '' }));
  }

  token(page: Page): Promise<string | null> {
    return this.finish(accessToken(page.tab));
  }

  /** Lets time pass until a promise has settled. */
  async finish<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    promise.then(
      () => (isSettled = true),
      () => (isSettled = true),
    );
    await flush();
    while (!isSettled && (await this.#step()));
    return promise;
  }

  /** Lets time pass, with all that happens in it. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await flush();
    while (this.#events.some(({ at }) => at <= end)) await this.#step();
    this.now = end;
  }

  async #step(): Promise<boolean> {
    const next = this.#events.toSorted((a, b) => a.at - b.at)[0];
    if (!next) return false;
    this.#events.splice(this.#events.indexOf(next), 1);
    this.now = Math.max(this.now, next.at);
    next.run();
    await flush();
    return true;
  }

  #at(milliseconds: number, run: () => void): void {
    this.#events.push({ at: this.now + milliseconds, run });
  }

  #platform(page: () => Page): Platform {
    return {
      fetch: (request) => this.#fetch(page(), request),
      now: () => ({ wall: this.now, steady: this.now - 1_999_999_000_000 }),
      random: () => 0.5,
      sleep: (milliseconds, signal) =>
        new Promise((wake) => {
          if (signal?.aborted) wake();
          signal?.addEventListener('abort', () => wake());
          this.#at(milliseconds, wake);
        }),
      store: {
        // A transaction takes its turn.
        update: async (change) => {
          await Promise.resolve();
          if (!page().isAlive) return new Promise(() => {});
          this.book = change(this.book, `key${this.#keys++}`);
          return this.book;
        },
      },
      send: (message) => this.#tell(page(), message),
      tabSession: {
        get: () => page().kept.session,
        set: (session) => {
          page().kept.session = session;
        },
      },
    };
  }

  #tell(from: Page, message: Message): void {
    this.#at(1, () => {
      for (const page of this.pages) if (page !== from) receive(page.tab, structuredClone(message));
    });
  }

  async #fetch(page: Page, request: Request): Promise<Response> {
    const text = await request.text();
    const carried = new Set(this.jar);
    const fate = this.fates.shift() ?? CALM;
    return new Promise((resolve, reject) => {
      const fail = () => page.isAlive && reject(new TypeError('network'));
      request.signal.addEventListener('abort', fail);
      if (this.isOffline || fate.lost === 'request') return this.#at(fate.there, fail);
      this.#at(fate.there, () => {
        const { pathname } = new URL(request.url);
        const body = JSON.parse(text);
        const key = request.headers.get('idempotency-key');
        const answered = this.issuer.answer(pathname, body, key, carried, this.now / 1_000);
        if (fate.lost === 'answer') return this.#at(fate.back, fail);
        this.#at(fate.back, () => {
          for (const name of answered.change.set) this.jar.add(name);
          for (const name of answered.change.clear) this.jar.delete(name);
          const { status } = answered;
          const content = status === 204 ? null : JSON.stringify(answered.body);
          if (page.isAlive) resolve(new Response(content, { status }));
        });
      });
    });
  }
}

export const TEN_MINUTES = 600_000;

/** A world with one page, on which somebody has signed in. */
export async function signedIn(username = 'ada'): Promise<{ world: World; page: Page; sid: string }> {
  const world = new World();
  const page = world.open();
  await world.signIn(page, username);
  const { session } = page.tab;
  if (!session) throw new Error('nobody is signed in');
  return { world, page, sid: session.id };
}

export const signOuts = (page: Page) => page.changes.filter(({ type }) => type === 'signed-out');

function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
