import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import type { History } from './history.ts';
import type { Issuer } from './issuer.ts';
import type { Network, Reply, ReplyBody } from './network.ts';
import type { Turnstile } from './turnstile.ts';

export type Credentials = { username: string; password: string };

/** Where a client lives: whom it signs in to, what carries its requests, and what it draws its lots from. */
export type Place = {
  issuer: Issuer;
  network: Network;
  history: History;
  draw: Random;
  credentials: Credentials;
  /** A sign-in costs a fifth of a second of the issuer's one thread here: they come a few at a time. */
  signIns: Turnstile;
};

/** Somebody honest with one session at a time. */
export type HonestClient = {
  /** Signs in, however often that takes. */
  begin(): Promise<void>;
  /** The next thing it does. */
  act(): Promise<void>;
  /** In peace, at the end. @returns whether it still gets a token */
  goesOn(): Promise<boolean>;
};

const LOGOUT_SHARE = 0.01;
const PAUSE_MILLISECONDS = 100;
/** Longer than any start of the issuer takes. */
const MOST_TRIES = 100;

/** What all kinds of client do: sign in, sign out, and otherwise refresh. */
export abstract class OneSessionClient implements HonestClient {
  protected readonly place: Place;

  constructor(place: Place) {
    this.place = place;
  }

  async begin(): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES && !this.isSignedIn(); tries += 1) await this.#signIn();
  }

  async act(): Promise<void> {
    if (!this.isSignedIn()) await this.#signIn();
    else if (this.place.draw() < LOGOUT_SHARE) await this.logOut();
    else await this.refresh();
  }

  async goesOn(): Promise<boolean> {
    await this.begin();
    return this.isSignedIn() && (await this.proceeds());
  }

  protected abstract isSignedIn(): boolean;
  protected abstract signedIn(answer: Required<ReplyBody>, response: Response): void;
  protected abstract refresh(): Promise<void>;
  protected abstract logOut(): Promise<void>;
  /** One refresh without a race. @returns whether it was given a token */
  protected abstract proceeds(): Promise<boolean>;
  protected abstract signInRequest(): { body: object; headers: Record<string, string> };

  /** @returns the token response; anything else, or nothing, if that failed */
  protected requestSession(): Promise<Response | undefined> {
    const { body, headers } = this.signInRequest();
    return this.place.issuer.post('/auth/login', body, headers);
  }

  /** Until somebody answers. */
  protected async insist(send: () => Promise<Reply>): Promise<Reply> {
    let reply = await send();
    for (let tries = 1; reply === 'lost' && tries < MOST_TRIES; tries += 1) {
      await this.pause();
      reply = await send();
    }
    return reply;
  }

  protected pause(): Promise<void> {
    return delay(this.place.draw() * PAUSE_MILLISECONDS);
  }

  async #signIn(): Promise<void> {
    const response = await this.place.signIns.pass(() => this.requestSession());
    if (!response?.ok) return this.pause();
    const answer = (await response.json()) as Required<ReplyBody>;
    this.signedIn(answer, response);
    const value = { generation: answer.generation };
    this.place.history.invoke({ f: 'sign-in', key: answer.session, value })('ok');
  }
}
