import { randomUUID } from 'node:crypto';
import type { CrashableIssuer } from './crashable-issuer.ts';
import type { History } from './history.ts';

type Token = { session: string; generation: number; refreshToken: string };
type Attempt = Token & { attempt: string };

/** What a client does next; drawn by the run's own random numbers. */
export type Draw = () => number;

const LATE_SHARE = 0.15;
const TWIN_SHARE = 0.2;
const LOGOUT_SHARE = 0.01;

/**
 * An honest client, with one session. It goes on with the newest token it got, makes one `Idempotency-Key` for each generation, and
 * repeats a lost request with its key. It also sends some requests twice at once, and some old ones again, as networks do.
 */
export class HonestClient {
  readonly #issuer: CrashableIssuer;
  readonly #history: History;
  readonly #draw: Draw;
  readonly #credentials: { username: string; password: string };
  /** Two processes of the history, as a twin is under way at the same time. */
  readonly #processes: readonly [number, number];
  #token: Token | undefined;
  #spent: Attempt[] = [];

  constructor(
    id: number,
    issuer: CrashableIssuer,
    history: History,
    draw: Draw,
    credentials: { username: string; password: string },
  ) {
    this.#issuer = issuer;
    this.#history = history;
    this.#draw = draw;
    this.#credentials = credentials;
    this.#processes = [2 * id, 2 * id + 1];
  }

  /** One operation, or one with its twin. */
  async act(): Promise<void> {
    const token = this.#token;
    if (!token) return this.#signIn();
    if (this.#draw() < LOGOUT_SHARE) return this.#logout(token);
    const late = this.#spent[Math.floor(this.#draw() * this.#spent.length)];
    if (late && this.#draw() < LATE_SHARE) return void (await this.#present(late, 0));
    const attempt = { ...token, attempt: randomUUID() };
    let received =
      this.#draw() < TWIN_SHARE ? await this.#presentTwice(attempt) : await this.#present(attempt, 0);
    while (received === 'lost') received = await this.#present(attempt, 0);
    this.#spent = [...this.#spent.slice(-7), attempt];
    this.#token = received === 'refused' ? undefined : received;
  }

  async #presentTwice(attempt: Attempt): Promise<Token | 'lost' | 'refused'> {
    const [first, second] = await Promise.all([this.#present(attempt, 0), this.#present(attempt, 1)]);
    return typeof first === 'object' || second === 'lost' ? first : second;
  }

  async #present({ attempt, ...token }: Attempt, twin: 0 | 1): Promise<Token | 'lost' | 'refused'> {
    const { session, generation, refreshToken } = token;
    const complete = this.#history.invoke({
      process: this.#processes[twin],
      f: 'refresh',
      key: session,
      value: { generation, attempt },
    });
    const response = await this.#issuer.post(
      '/auth/refresh',
      { refresh_token: refreshToken },
      { 'idempotency-key': attempt },
    );
    if (!response || response.status >= 500) {
      complete('info', { error: response ? String(response.status) : 'connection lost' });
      return 'lost';
    }
    const answer = (await response.json()) as { error?: string; refresh_token: string; generation: number };
    if (!response.ok) {
      complete('fail', { error: answer.error ?? String(response.status) });
      return 'refused';
    }
    complete('ok', { value: { generation, attempt, successor: answer.generation } });
    return { session, generation: answer.generation, refreshToken: answer.refresh_token };
  }

  async #signIn(): Promise<void> {
    const response = await this.#issuer.post('/auth/login', this.#credentials);
    if (!response?.ok) return;
    const answer = (await response.json()) as { session: string; generation: number; refresh_token: string };
    const { session, generation, refresh_token: refreshToken } = answer;
    this.#spent = [];
    this.#token = { session, generation, refreshToken };
    this.#history.invoke({ process: this.#processes[0], f: 'sign-in', key: session, value: { generation } })(
      'ok',
    );
  }

  async #logout({ session, generation, refreshToken }: Token): Promise<void> {
    const operation = {
      process: this.#processes[0],
      f: 'logout',
      key: session,
      value: { generation },
    } as const;
    let response: Response | undefined;
    while (response?.status !== 204) {
      const complete = this.#history.invoke(operation);
      response = await this.#issuer.post('/auth/logout', { refresh_token: refreshToken });
      complete(response?.status === 204 ? 'ok' : 'info');
    }
    // What was logged out must stay so: the token is tried once more.
    await this.#present({ session, generation, refreshToken, attempt: randomUUID() }, 0);
    this.#token = undefined;
  }
}
