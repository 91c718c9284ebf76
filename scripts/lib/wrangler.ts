import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';
import { ROOT } from './project.ts';

/** The command line's own file, not its wrapper in `.bin`: one process fewer to outlive us. */
export const WRANGLER = createRequire(import.meta.url).resolve('wrangler');

/** No questions, no banner, no look for updates: nothing waits for a terminal or for the network. */
export const QUIET = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  NO_UPDATE_NOTIFIER: '1',
  CI: 'true',
};

export type WranglerOptions = {
  env?: Readonly<Record<string, string>>;
  /** Show what wrangler prints while it works, as well as returning it. */
  show?: boolean;
};

export type WranglerResult = { code: number; stdout: string; stderr: string };

/** Runs one wrangler command to its end, with stdin closed; a failure is a code, not an exception. */
export function wrangler(args: readonly string[], options: WranglerOptions = {}): Promise<WranglerResult> {
  const child = spawn(process.execPath, ['--no-warnings', WRANGLER, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = collect(child.stdout, options.show ? process.stdout : undefined);
  const stderr = collect(child.stderr, options.show ? process.stderr : undefined);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout: stdout(), stderr: stderr() }));
  });
}

/** What went wrong, out of all that wrangler printed: its first error, in one line, with the API's own reason. */
export function errorLine({ stdout, stderr }: WranglerResult): string {
  const lines = `${stripVTControlCharacters(stderr)}\n${stripVTControlCharacters(stdout)}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const at = Math.max(
    lines.findIndex((line) => line.includes('[ERROR]')),
    0,
  );
  const [error = 'wrangler said nothing', reason] = lines
    .slice(at)
    .map((line) => line.replace(/^.*\[ERROR\]\s*/, ''));
  return error.endsWith(' failed.') && reason ? `${error} ${reason}` : error;
}

function collect(stream: NodeJS.ReadableStream, mirror: NodeJS.WritableStream | undefined): () => string {
  const chunks: string[] = [];
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    chunks.push(chunk);
    mirror?.write(chunk);
  });
  return () => chunks.join('');
}
