import { randomUUID } from 'node:crypto';
import { OneSessionClient } from './honest-client.ts';
import type { Call, Reply, ReplyBody } from './network.ts';

type Token = { session: string; generation: number; refreshToken: string; accessToken: string };
/** A token with the `Idempotency-Key` that it is presented with. */
export type Attempt = Token & { attempt: string };

/** Where the issuer is asked, and how. */
type Door = Pick<Call, 'path' | 'body' | 'headers'>;

const LATE_SHARE = 0.15;
const TWIN_SHARE = 0.2;
const BEARER_SHARE = 0.5;

/**
 * An app that holds its refresh token itself. It goes on with the newest token it got, makes one `Idempotency-Key` for each
 * generation, and repeats a lost request with its key. It also sends some requests twice at once, and some old ones again.
 */
export class AppClient extends OneSessionClient {
  #token: Token | undefined;
  #spent: Attempt[] = [];

  protected isSignedIn(): boolean {
    return this.#token !== undefined;
  }

  protected signInRequest() {
    return { body: this.place.credentials, headers: {} };
  }

  protected signedIn(answer: Required<ReplyBody>): void {
    this.#spent = [];
    this.#token = toToken(answer);
  }

  protected async refresh(): Promise<void> {
    const late = this.#spent[Math.floor(this.place.draw() * this.#spent.length)];
    if (late && this.place.draw() < LATE_SHARE) await this.#present(late);
    else await this.#advance(this.place.draw() < TWIN_SHARE);
  }

  protected proceeds(): Promise<boolean> {
    return this.#advance(false);
  }

  protected async logOut(): Promise<void> {
    const token = this.#token;
    if (!token) return;
    const { session: key, generation, refreshToken } = token;
    const call = this.logoutCall(refreshToken);
    await this.insist(() => this.place.network.send({ f: 'logout', key, value: { generation }, ...call }));
    // What was logged out must stay so: the token is tried once more.
    await this.#present({ ...token, attempt: randomUUID() });
    this.#token = undefined;
  }

  /** @returns whether it was given a token */
  async #advance(isTwin: boolean): Promise<boolean> {
    if (!this.#token) return false;
    const attempt = { ...this.#token, attempt: randomUUID() };
    const twin = isTwin ? this.#present(attempt) : undefined;
    const reply = await this.insist(() => this.#present(attempt));
    const next = received(reply) ?? received(await twin);
    this.#spent = [...this.#spent.slice(-7), attempt];
    this.#token = next;
    return next !== undefined;
  }

  protected refreshCall({ attempt, refreshToken, accessToken }: Attempt): Door {
    const isBearer = this.place.draw() < BEARER_SHARE;
    return {
      path: '/auth/refresh',
      body: { refresh_token: refreshToken },
      headers: { 'idempotency-key': attempt, ...(isBearer && { authorization: `Bearer ${accessToken}` }) },
    };
  }

  protected logoutCall(refreshToken: string): Door {
    return { path: '/auth/logout', body: { refresh_token: refreshToken }, headers: {} };
  }

  #present(attempt: Attempt): Promise<Reply> {
    const { session: key, generation, attempt: name } = attempt;
    const value = { generation, attempt: name };
    return this.place.network.send({ f: 'refresh', key, value, ...this.refreshCall(attempt) });
  }
}

function received(reply: Reply | undefined): Token | undefined {
  return reply === undefined || reply === 'lost' || !reply.response.ok
    ? undefined
    : toToken(reply.answer as Required<ReplyBody>);
}

function toToken({ session, generation, refresh_token, access_token }: Required<ReplyBody>): Token {
  return { session, generation, refreshToken: refresh_token, accessToken: access_token };
}
