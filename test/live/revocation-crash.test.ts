import { beforeAll, expect, it } from 'vitest';
import { runRevocationCrashes } from '../crash/revocation-run.ts';
import { createRandom } from '../support/random.ts';
import { runCommand } from './support/run.ts';

beforeAll(async () => {
  const built = await runCommand('npm', ['run', 'deploy', '--', '--dry-run']);
  expect(built.code).toBe(0);
});

it('an issuer that is killed between a session’s end and its bit in the status list loses neither', {
  timeout: 600_000,
}, async () => {
  const run = await runRevocationCrashes(3, createRandom(7));
  expect(run.problems).toEqual([]);
  expect(run.answered).toBeGreaterThan(0);
});
