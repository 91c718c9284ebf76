import { beforeAll, expect, it } from 'vitest';
import { CrashableIssuer } from '../crash/crashable-issuer.ts';
import { runRevocationCrashes } from '../crash/revocation-run.ts';
import { createRandom } from '../support/random.ts';

beforeAll(() => CrashableIssuer.build());

it('an issuer that is killed between a session’s end and its bit in the status list loses neither', {
  timeout: 600_000,
}, async () => {
  const run = await runRevocationCrashes(3, createRandom(7));
  expect(run.problems).toEqual([]);
  expect(run.answered).toBeGreaterThan(0);
});

it('one that answers a sign-out before its bit is set is found out by the same kills', {
  timeout: 600_000,
}, async () => {
  const run = await runRevocationCrashes(1, createRandom(7), { isHasty: true });
  expect(run.problems).toContain('A sign-out that was answered is in no status list');
});
