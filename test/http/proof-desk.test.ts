import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { MOST_PROOFS } from '../../src/adapters/proof-desk/proof-desk.ts';

const now = () => Math.floor(Date.now() / 1_000);

describe('the proof desk', () => {
  const proof = (jti: string, until = now() + 300) => ({ thumbprint: 'key', jti, until });

  it('forgets by alarm what is too old, and nothing sooner', async () => {
    const desk = env.PROOF_DESK.getByName('forgetting');
    expect(await desk.use(proof('young'))).toBe('first');
    await runInDurableObject(desk, (_instance, { storage }) => {
      storage.sql.exec('INSERT INTO proofs VALUES (?, ?, ?)', 'key', 'old', now() - 1);
    });
    expect(await runDurableObjectAlarm(desk)).toBe(true);
    expect(await desk.use(proof('young'))).toBe('replayed');
    await runInDurableObject(desk, async (_instance, { storage }) => {
      expect(storage.sql.exec('SELECT jti FROM proofs').toArray()).toEqual([{ jti: 'young' }]);
      expect(await storage.getAlarm()).toBeGreaterThan(Date.now());
    });
  });

  it('writes one row a proof, and has a bound for each key', async () => {
    const desk = env.PROOF_DESK.getByName('bounded');
    await runInDurableObject(desk, (_instance, { storage }) => {
      const row = 'INSERT INTO proofs VALUES (?, ?, ?)';
      expect(storage.sql.exec(row, 'key', 'first', now() + 300).rowsWritten).toBe(1);
      for (let each = 2; each < MOST_PROOFS; each += 1) storage.sql.exec(row, 'key', `${each}`, now() + 300);
    });
    expect(await desk.use(proof('the last'))).toBe('first');
    expect(await desk.use(proof('one more'))).toBe('too_many');
    expect(await desk.use(proof('the last'))).toBe('replayed');
    expect(await desk.use({ ...proof('one more'), thumbprint: 'another key' })).toBe('first');
    // Held up on its way: what was as old may be forgotten.
    expect(await desk.use({ ...proof('late'), thumbprint: 'another key', until: now() - 1 })).toBe(
      'replayed',
    );
  });
});
