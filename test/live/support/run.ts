import { spawn } from 'node:child_process';
import { ROOT } from './server.ts';

export type RunResult = { code: number | null; stdout: string; stderr: string };

/** Runs a command in the project's root, as a user's shell would, with no standard input. */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const result = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      result.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      result.stderr += text;
    });
    child.once('error', reject);
    // Not at its exit: what it printed last may still be on its way.
    child.once('close', (code) => resolve({ code, ...result }));
  });
}
