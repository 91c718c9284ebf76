import { randomUUID } from 'node:crypto';
import { createJar } from '../support/jar.ts';
import { OneSessionClient } from './honest-client.ts';
import type { Reply, ReplyBody } from './network.ts';

type Pair = { session: string; generation: number };

const TABS = 2;
const PAGE_DIES_SHARE = 0.05;
const KEPT_KEYS = 16;
/** A page that is told to go on with another pair does so at once; more often than this, it is lost. */
const MOST_DETOURS = 10;

/** The origin of the client's pages; the issuer has to allow it. */
export const PAGE_ORIGIN = 'https://app.example.com';

/**
 * Two tabs of one browser, with the refresh token in cookies. They share the jar, and what pages can share: the pair they go on
 * with and one key for each generation. Both refresh at once, whenever they like; answers come in any order, and a page may
 * die before it reads what the browser took.
 */
export class BrowserClient extends OneSessionClient {
  readonly #jar = createJar();
  readonly #keys = new Map<string, string>();
  #pair: Pair | undefined;

  protected isSignedIn(): boolean {
    return this.#pair !== undefined;
  }

  protected signInRequest() {
    return { body: { ...this.place.credentials, transport: 'cookie' }, headers: this.#headers() };
  }

  protected signedIn({ session, generation }: Required<ReplyBody>, response: Response): void {
    this.#jar.absorb(response);
    this.#pair = { session, generation };
  }

  protected async refresh(): Promise<void> {
    await Promise.all(Array.from({ length: TABS }, () => this.#advance(PAGE_DIES_SHARE)));
  }

  protected async proceeds(): Promise<boolean> {
    return this.#advance(0);
  }

  protected async logOut(): Promise<void> {
    const pair = this.#pair;
    if (!pair) return;
    // The other tab does not know yet.
    const other = this.#present(pair);
    await this.insist(() => this.#sendLogout(pair));
    await other;
    await this.#present(pair);
    this.#pair = undefined;
  }

  async #sendLogout({ session: key, generation }: Pair): Promise<Reply> {
    const reply = await this.place.network.send({
      ...{ f: 'logout', key, value: { generation }, path: '/auth/logout' },
      body: { session: key },
      headers: this.#headers(),
    });
    this.#absorb(reply);
    return reply;
  }

  /** One tab refreshes until it has a token or dies. @returns whether it was given one */
  async #advance(deathShare: number): Promise<boolean> {
    for (let detours = 0; detours < MOST_DETOURS; detours += 1) {
      const pair = this.#pair;
      if (!pair) return false;
      const reply = await this.insist(() => this.#present(this.#pair ?? pair));
      if (reply === 'lost' || this.place.draw() < deathShare) return false;
      if (reply.response.ok) {
        this.#learn(pair.session, reply.answer, 'newer');
        return true;
      }
      if (reply.answer.error !== 'superseded') {
        if (this.#pair?.session === pair.session) this.#pair = undefined;
        return false;
      }
      this.#learn(pair.session, reply.answer, 'named');
    }
    return false;
  }

  /** The page chooses the key for the pair it believes in; only later does the browser choose the cookies. */
  async #present({ session: key, generation }: Pair): Promise<Reply> {
    const attempt = this.#keyFor({ session: key, generation });
    await this.place.network.holdUp();
    const reply = await this.place.network.send({
      ...{ f: 'refresh', key, value: { generation, attempt, jar: this.#generations(key) } },
      path: '/auth/refresh',
      body: { session: key, generation },
      headers: { ...this.#headers(), 'idempotency-key': attempt },
    });
    this.#absorb(reply);
    return reply;
  }

  #absorb(reply: Reply): void {
    if (reply !== 'lost') this.#jar.absorb(reply.response);
  }

  #learn(session: string, { generation }: ReplyBody, which: 'newer' | 'named'): void {
    const known = this.#pair;
    if (generation === undefined || known?.session !== session) return;
    if (which === 'named' || generation > known.generation) this.#pair = { session, generation };
  }

  #keyFor({ session, generation }: Pair): string {
    const name = `${session}-${generation}`;
    const key = this.#keys.get(name) ?? randomUUID();
    this.#keys.set(name, key);
    for (const oldest of [...this.#keys.keys()].slice(0, -KEPT_KEYS)) this.#keys.delete(oldest);
    return key;
  }

  #headers(): Record<string, string> {
    return { origin: PAGE_ORIGIN, 'sec-fetch-site': 'same-site', cookie: this.#jar.header() };
  }

  #generations(session: string): number[] {
    const names = this.#jar.refreshNames().filter((name) => name.includes(`refresh-${session}-`));
    return names.map((name) => Number(name.slice(name.lastIndexOf('-') + 1)));
  }
}
