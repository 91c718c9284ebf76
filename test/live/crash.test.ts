import { beforeAll, describe, expect, it } from 'vitest';
import { runCrashes } from '../crash/crash-run.ts';
import { CrashableIssuer } from '../crash/crashable-issuer.ts';

beforeAll(() => CrashableIssuer.build());

describe('an issuer that is killed under its clients', () => {
  it('accepts no generation twice, signs nobody out and forgets nothing that it answered', async () => {
    const run = await runCrashes({ kills: 4, clients: 8, users: 4, seed: 1 });
    expect(run.problems).toEqual([]);
    expect(run.unlinearizable).toEqual([]);
    expect(run.accepted).toBeGreaterThan(20);
  });

  it('is found out if its disk forgets what was answered', async () => {
    const run = await runCrashes({ kills: 3, clients: 8, users: 4, seed: 2, rollBack: true });
    expect(run.problems.join('\n')).toMatch(/P[1245]/);
    expect(run.unlinearizable).not.toEqual([]);
  });
});
