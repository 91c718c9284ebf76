import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { Pool } from 'undici';
import type { ContestantName } from './contestants.ts';
import { CONCURRENT } from './figures.ts';
import type { HostOrder, Serving } from './host.ts';

export type Answer = { status: number; text: string };

/** One contestant in a process of its own, and the client that calls it: the same for all. */
export class Served {
  readonly name: ContestantName;
  readonly startSeconds: number;
  readonly #child: ChildProcess;
  readonly #pool: Pool;

  static async start(order: HostOrder): Promise<Served> {
    const child = fork(join(import.meta.dirname, 'host.ts'), [JSON.stringify(order)], {
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'ignore', process.env.BENCH_LOG ? 'inherit' : 'ignore', 'ipc'],
    });
    const serving = await new Promise<Serving>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Serving));
      child.once('exit', (code) => reject(new Error(`${order.name} ended with ${code}`)));
    });
    return new Served(order.name, child, serving);
  }

  private constructor(name: ContestantName, child: ChildProcess, { url, startSeconds }: Serving) {
    this.name = name;
    this.startSeconds = startSeconds;
    this.#child = child;
    this.#pool = new Pool(url, { connections: CONCURRENT, pipelining: 1 });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    await this.#pool.close();
    this.#child.disconnect();
    await ended;
  }

  async get(path: string): Promise<Answer> {
    const { statusCode, body } = await this.#pool.request({ method: 'GET', path });
    return { status: statusCode, text: await body.text() };
  }

  async post(path: string, content: object | URLSearchParams): Promise<Answer> {
    const isForm = content instanceof URLSearchParams;
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' },
      body: isForm ? content.toString() : JSON.stringify(content),
    });
    return { status: statusCode, text: await body.text() };
  }
}
