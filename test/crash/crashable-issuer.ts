import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAssets } from '../../scripts/assets.ts';
import { buildWorker } from '../../scripts/lib/bundle.ts';
import { ROOT } from '../../scripts/lib/project.ts';
import { type Issuer, post } from './issuer.ts';
import { ISSUER } from './issuer-name.ts';
import type { Slowness } from './slow-lists.ts';

const BUNDLE = join(ROOT, 'dist/crash');

/** The built Worker on workerd, which can be killed with no chance to put anything away, and started on the same state. */
export class CrashableIssuer implements Issuer {
  readonly name = ISSUER;
  /** From the next start on. */
  slowness: Slowness | undefined;
  readonly #folder: string;
  #host: ChildProcess | undefined;
  #url = '';
  /** Settles when the issuer serves: nobody knocks while it is down. */
  #up: Promise<void> = Promise.resolve();

  /** Builds what is started, as a deploy would; once before a run. */
  static async build(): Promise<void> {
    await makeAssets();
    await buildWorker(BUNDLE);
  }

  static async start(slowness?: Slowness): Promise<CrashableIssuer> {
    const issuer = new CrashableIssuer(await mkdtemp(join(tmpdir(), 'edgemint-crash-')));
    issuer.slowness = slowness;
    await issuer.#serve();
    return issuer;
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  async post(path: string, body: object, headers?: Record<string, string>): Promise<Response | undefined> {
    await this.#up.catch(() => undefined);
    return post(this.#url + path, body, headers);
  }

  async fetch(path: string, init?: RequestInit): Promise<Response> {
    await this.#up.catch(() => undefined);
    return fetch(this.#url + path, init);
  }

  /**
   * SIGKILL to Node and workerd alike, then a new start.
   *
   * @param meanwhile what happens to the state while nothing runs: nothing, or an older copy takes its place,
   *   as on a disk that lost what it had acknowledged
   */
  async crash(meanwhile: 'nothing' | 'copy' | 'roll back' = 'nothing'): Promise<void> {
    this.#up = this.#kill().then(async () => {
      if (meanwhile === 'copy') await cp(this.#folder, this.#copy, { recursive: true });
      if (meanwhile === 'roll back') {
        await rm(this.#folder, { recursive: true });
        await cp(this.#copy, this.#folder, { recursive: true });
      }
      await this.#serve();
    });
    await this.#up;
  }

  get #copy(): string {
    return `${this.#folder}-copy`;
  }

  async stop(): Promise<void> {
    await this.#kill();
    for (const folder of [this.#folder, this.#copy]) await rm(folder, { recursive: true, force: true });
  }

  async #kill(): Promise<void> {
    const host = this.#host;
    if (host?.pid === undefined) return;
    const ended = new Promise((resolve) => host.once('exit', resolve));
    process.kill(-host.pid, 'SIGKILL');
    await ended;
  }

  async #serve(): Promise<void> {
    const script = join(import.meta.dirname, 'issuer-host.ts');
    const slowness = this.slowness ? [JSON.stringify(this.slowness)] : [];
    // A process group of its own, so that one signal reaches workerd too.
    const host = spawn(
      process.execPath,
      ['--no-warnings', script, this.#folder, ROOT, join(BUNDLE, 'index.js'), ...slowness],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        detached: true,
      },
    );
    this.#host = host;
    this.#url = await new Promise((resolve, reject) => {
      let output = '';
      let isUp = false;
      // What workerd says of its own is shown only where nothing comes up.
      for (const stream of [host.stdout, host.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          if (isUp) return;
          output += text;
          const url = /^serving (\S+?)\/?$/m.exec(output)?.[1];
          isUp = url !== undefined;
          if (url) resolve(url);
        });
      }
      host.once('exit', (code) => reject(new Error(`the issuer ended with ${code}: ${output}`)));
    });
  }
}
