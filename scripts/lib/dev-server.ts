import { type ChildProcess, spawn } from 'node:child_process';
import { ROOT } from './project.ts';
import { QUIET, WRANGLER } from './wrangler.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** wrangler closes its storage in well under this; what is written is safe without that too. */
const GRACE_MS = 4_000;

/** wrangler's words when workerd died under it. It starts another one, but its proxy then never answers again. */
const CRASH = 'The Workers runtime crashed unexpectedly';

/** wrangler's words when a request to its address will be answered. */
const SERVING = /(?:^|\s)Ready on https?:\/\/\S*?:(\d+)/m;

/**
 * Runs inside wrangler: when we are killed, so that we can't end it, its whole process group goes too. At its own end
 * wrangler lets go of us as well, and then its exit code must reach us: so only if somebody else is its parent now.
 */
const FOLLOW_PARENT = `data:text/javascript,${encodeURIComponent(`
  const parent = process.ppid;
  const follow = () => process.ppid === parent || process.kill(-process.pid, 'SIGKILL');
  process.once('disconnect', () => setInterval(follow, 50).unref());
`)}`;

type Ending = { code: number; crashed: boolean };

/**
 * Runs `wrangler dev` until it ends or we are told to stop; a crashed runtime is started again, with all its state.
 *
 * @param onReady called with the port each time requests begin to be answered
 * @returns the code to exit with
 */
export async function keepServing(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onReady: (port: number) => void,
): Promise<number> {
  for (;;) {
    let ready = false;
    const ending = await serveOnce(args, env, (port) => {
      ready = true;
      onReady(port);
    });
    if (!ending.crashed || !ready) return ending.code;
    console.error('edgemint: the runtime died; starting it again');
  }
}

/** wrangler and its workerds are a process group of their own, so that none of them can be left behind. */
async function serveOnce(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onReady: (port: number) => void,
): Promise<Ending> {
  const child = spawn(process.execPath, ['--no-warnings', '--import', FOLLOW_PARENT, WRANGLER, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET, ...env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  let crashed = false;
  const watch = (text: string) => {
    const port = SERVING.exec(text)?.[1];
    if (port) onReady(Number(port));
    if (!text.includes(CRASH)) return;
    crashed = true;
    killGroup(child);
  };
  mirror(child.stdout, process.stdout, watch);
  mirror(child.stderr, process.stderr, watch);
  const release = forwardSignals(child);
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => resolve(exitCode ?? (signal === 'SIGKILL' ? 137 : 0)));
  });
  release();
  killGroup(child);
  return { code, crashed };
}

function mirror(
  from: NodeJS.ReadableStream | null,
  to: NodeJS.WritableStream,
  watch: (text: string) => void,
): void {
  from?.setEncoding('utf8');
  from?.on('data', (text: string) => {
    to.write(text);
    watch(text);
  });
}

/** @returns takes the handlers away again */
function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals) => {
    child.kill(signal);
    setTimeout(() => killGroup(child), GRACE_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  return () => {
    for (const signal of SIGNALS) process.off(signal, forward);
  };
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ESRCH') throw fault;
  }
}
