import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');
const READY = /Ready on http:\S+/g;

/** `npm start` on a port and a folder of its own: what a new user runs. */
export class LiveServer {
  readonly url: string;
  readonly folder: string;
  readonly #port: number;
  #flags: readonly string[];
  #child: ChildProcess;
  #output = '';

  static async start(vars: Record<string, string> = {}): Promise<LiveServer> {
    const folder = await mkdtemp(join(tmpdir(), 'edgemint-live-'));
    const server = new LiveServer(await freePort(), folder, vars);
    await server.#served(1);
    return server;
  }

  private constructor(port: number, folder: string, vars: Record<string, string>) {
    this.url = `http://localhost:${port}`;
    this.folder = folder;
    this.#port = port;
    this.#flags = flagsOf(vars);
    this.#child = this.#spawn();
  }

  #spawn(): ChildProcess {
    const args = ['start', '--', '--port', String(this.#port), '--persist-to', this.folder, ...this.#flags];
    const child = spawn('npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    return child;
  }

  /** Everything it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Kills the runtime, with no chance to put anything away, and waits until the issuer is back. */
  async crash(): Promise<void> {
    const times = this.#timesServed();
    for (const pid of await this.#runtimes()) process.kill(pid, 'SIGKILL');
    await this.#served(times + 1);
  }

  /** Kills everything, as a machine that loses its power does, and starts it again on the same folder and port, with other `vars` if any. */
  async restart(vars?: Record<string, string>): Promise<void> {
    if (vars) this.#flags = flagsOf(vars);
    const times = this.#timesServed();
    const all = await this.#descendants();
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    for (const pid of [this.#child.pid, ...all]) if (pid !== undefined) kill(pid);
    await ended;
    while (await isServed(this.#port)) await pause();
    this.#child = this.#spawn();
    await this.#served(times + 1);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  #timesServed(): number {
    return [...this.#output.matchAll(READY)].length;
  }

  async #served(times: number): Promise<void> {
    while (this.#timesServed() < times) {
      if (this.#child.exitCode !== null) throw new Error(`npm start ended:\n${this.#output}`);
      await pause();
    }
  }

  /** The workerd processes that serve this folder. */
  async #runtimes(): Promise<number[]> {
    const group = await this.#descendants();
    const commands = await Promise.all(
      group.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')),
    );
    return group.filter((_, index) => commands[index]?.trim() === 'workerd');
  }

  async #descendants(): Promise<number[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const parents = new Map<number, number>();
    for (const pid of pids) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      parents.set(pid, Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    }
    const isOurs = (pid: number): boolean => {
      const parent = parents.get(pid);
      return parent !== undefined && parent !== 0 && (parent === this.#child.pid || isOurs(parent));
    };
    return pids.filter(isOurs);
  }
}

function flagsOf(vars: Record<string, string>): string[] {
  return Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

/** SIGKILL to a process that may have ended already. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ESRCH') throw fault;
  }
}

function isServed(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Out of those that no system gives out by itself: nobody else comes by it before its server takes it, seconds later. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 20_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

/** Waits until an API answers on that port, whatever it says, for as long as its process lives. */
export async function answered(port: number, api: ChildProcess): Promise<void> {
  while (!(await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))) {
    if (api.exitCode !== null) throw new Error('The API ended');
    await pause();
  }
}
