import { runCommand } from '../live/support/run.ts';
import { REPORTED } from '../support/report.ts';
import type { Part } from './part.ts';

/** Lines at the end of what vitest prints that say why it fell. */
const SHOWN_LINES = 60;

/** Runs contract tests of the adapters in workerd, and shows what they reported and how many there were. */
export async function proveInWorkerd(name: string, tests: readonly string[]): Promise<Part> {
  const files = tests.map((test) => `test/adapters/${test}.test.ts`);
  const args = ['vitest', 'run', '--project', 'worker', '--silent=false', ...files];
  const { code, stdout, stderr } = await runCommand('npx', args, { NO_COLOR: '1' });
  const printed = stdout.split('\n');
  const reported = printed.filter((line) => line.startsWith(REPORTED));
  const ok = code === 0 && reported.length > 0;
  const counted = printed.filter((line) => /^\s+Tests\s/.test(line)).map((line) => line.trim());
  return {
    name,
    ok,
    lines: [
      ...reported.map((line) => line.slice(REPORTED.length)),
      ...counted.map((line) => `${line.replace(/^Tests\s+/, 'tests in workerd: ')}`),
      ...(ok ? [] : [...printed, ...stderr.split('\n')].slice(-SHOWN_LINES)),
    ],
  };
}
