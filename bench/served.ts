import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import type { ContestantName } from './contestants.ts';

/** One contestant in a process of its own, and how it is called: the same client for all. */
export class Served {
  readonly name: ContestantName;
  /** From the process's start to its first answer, milliseconds. */
  startMilliseconds = 0;
  readonly #child: ChildProcess;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #url = '';

  static async start(name: ContestantName, firstPath = '/'): Promise<Served> {
    const served = new Served(name);
    const startedAt = performance.now();
    served.#url = ((await served.#message()) as { url: string }).url;
    await served.call('GET', firstPath);
    served.startMilliseconds = performance.now() - startedAt;
    return served;
  }

  private constructor(name: ContestantName) {
    this.name = name;
    this.#child = fork(join(import.meta.dirname, 'host.ts'), [name], {
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'ignore', process.env.BENCH_LOG ? 'inherit' : 'ignore', 'ipc'],
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#agent.destroy();
    this.#child.disconnect();
    await ended;
  }

  call(method: string, path: string, body?: string, type = 'application/json'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers =
        body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) };
      const sent = request(this.#url + path, { method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }

  /** Signs users in, by the shortest way there is. @returns a refresh token each */
  async seed(users: number): Promise<string[]> {
    if (this.name === 'edgemint') {
      this.#child.send(users);
      return ((await this.#message()) as { tokens: string[] }).tokens;
    }
    const tokens: string[] = [];
    for (let user = 0; user < users; user += 1) tokens.push(await this.#signIn(`user-${user}`));
    return tokens;
  }

  /** @returns the next refresh token; it throws if there is none */
  async refresh(token: string): Promise<string> {
    const isForm = this.name === 'openauth' || this.name === 'workers-oauth-provider';
    const [client = '', own = token] = this.name === 'workers-oauth-provider' ? token.split('|') : ['bench'];
    const answer = isForm
      ? await this.#form({ grant_type: 'refresh_token', refresh_token: own, client_id: client })
      : await this.call('POST', '/auth/refresh', JSON.stringify({ refresh_token: token }));
    if (answer.status !== 200)
      throw new Error(`${this.name} refused a refresh: ${answer.status} ${answer.text}`);
    const next = (JSON.parse(answer.text) as { refresh_token: string }).refresh_token;
    return this.name === 'workers-oauth-provider' ? `${client}|${next}` : next;
  }

  async #signIn(user: string): Promise<string> {
    if (this.name === 'openauth') {
      const fields = {
        grant_type: 'client_credentials',
        provider: 'bench',
        client_id: user,
        client_secret: 'none',
      };
      return (JSON.parse((await this.#form(fields)).text) as { refresh_token: string }).refresh_token;
    }
    if (this.name !== 'workers-oauth-provider') return user;
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const seeded = JSON.parse((await this.call('GET', `/seed?user=${user}&challenge=${challenge}`)).text);
    const fields = { ...seeded, grant_type: 'authorization_code', code_verifier: verifier };
    const { refresh_token: token } = JSON.parse((await this.#form(fields)).text);
    return `${seeded.client_id}|${token}`;
  }

  #form(fields: Record<string, string>): Promise<Answer> {
    return this.call(
      'POST',
      '/token',
      new URLSearchParams(fields).toString(),
      'application/x-www-form-urlencoded',
    );
  }

  #message(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#child.once('message', resolve);
      this.#child.once('exit', (code) => reject(new Error(`${this.name} ended with ${code}`)));
    });
  }
}

export type Answer = { status: number; text: string };
