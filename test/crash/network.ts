import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import type { History, HistoryEvent } from './history.ts';
import type { Issuer } from './issuer.ts';

export type Call = {
  f: 'refresh' | 'logout';
  key: string;
  value: HistoryEvent['value'];
  path: string;
  body: object;
  headers: Record<string, string>;
};

/** An answer that reached its client; `lost`: none did, and nobody knows what happened. */
export type Reply = { response: Response; answer: ReplyBody } | 'lost';

export type ReplyBody = {
  error?: string;
  session?: string;
  generation?: number;
  access_token?: string;
  refresh_token?: string;
};

const DROP_SHARE = 0.05;
const DUPLICATE_SHARE = 0.1;
const SLOW_SHARE = 0.2;
const SLOW_MILLISECONDS = 300;
const DUPLICATE_MILLISECONDS = 3_000;

/**
 * What lies between the clients and their issuer: it holds requests and answers up, loses answers, and brings some
 * requests twice, the second time seconds later. Everything that reaches the issuer is in the history.
 */
export class Network {
  readonly #issuer: Issuer;
  readonly #history: History;
  readonly #draw: Random;
  readonly #underWay = new Set<Promise<unknown>>();
  /** At the end it brings everything, at once. */
  isCalm = false;
  dropped = 0;
  duplicated = 0;

  constructor(issuer: Issuer, history: History, draw: Random) {
    this.#issuer = issuer;
    this.#history = history;
    this.#draw = draw;
  }

  async send(call: Call): Promise<Reply> {
    if (this.#happens(DUPLICATE_SHARE)) this.#sendLater(call);
    await this.holdUp();
    const isDropped = this.#happens(DROP_SHARE);
    if (isDropped) this.dropped += 1;
    const reply = await this.#deliver(call, isDropped);
    await this.holdUp();
    return reply;
  }

  /** A moment in which others overtake. */
  async holdUp(): Promise<void> {
    if (this.#happens(SLOW_SHARE)) await delay(this.#draw() * SLOW_MILLISECONDS);
  }

  /** Waits for the duplicates that are still under way. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #happens(share: number): boolean {
    return !this.isCalm && this.#draw() < share;
  }

  #sendLater(call: Call): void {
    this.duplicated += 1;
    const work = delay(this.#draw() * DUPLICATE_MILLISECONDS).then(() => this.#deliver(call, false));
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #deliver({ f, key, value, path, body, headers }: Call, isDropped: boolean): Promise<Reply> {
    const complete = this.#history.invoke({ f, key, value });
    const response = await this.#issuer.post(path, body, headers);
    if (!response || response.status >= 500) {
      complete('info', { error: response ? describeFault(response) : 'connection lost' });
      return 'lost';
    }
    const answer: ReplyBody = response.status === 204 ? {} : await response.json();
    if (!response.ok) {
      const named = answer.generation === undefined ? {} : { named: answer.generation };
      complete('fail', { error: answer.error ?? `http ${response.status}`, value: { ...value, ...named } });
    } else {
      const successor = answer.generation === undefined ? {} : { successor: answer.generation };
      complete('ok', { value: { ...value, ...successor } });
    }
    // The driver knows what was answered; the client does not.
    return isDropped ? 'lost' : { response, answer };
  }
}

/** A 503 that says when to come back is clean; any other 5xx is a fault of the issuer's. */
function describeFault(response: Response): string {
  const isClean = response.status === 503 && response.headers.has('retry-after');
  return isClean ? 'unavailable' : `http ${response.status}`;
}
