import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { scryptSync } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hashPassword, needsRehash, verifyPassword } from '../../src/adapters/password-desk/scrypt.ts';
import { MOST_ATTEMPTS, REFILL_SECONDS } from '../../src/core/passwords/throttle.ts';

const { PASSWORD_DESK } = env;

afterEach(() => {
  vi.useRealTimers();
});

describe('a hash', () => {
  const phc = hashPassword('correct horse');

  it('is a PHC string that another scrypt reproduces', () => {
    const [, salt, hash] = /^\$scrypt\$ln=14,r=8,p=5\$([^$]+)\$([^$]+)$/.exec(phc) ?? [];
    const again = scryptSync('correct horse', Buffer.from(salt ?? '', 'base64'), 32, {
      N: 16_384,
      r: 8,
      p: 5,
      maxmem: 2 ** 26,
    });
    expect(again.toString('base64').replaceAll('=', '')).toBe(hash);
  });

  it('holds for its password alone, and for nobody without a hash', () => {
    expect(verifyPassword('correct horse', phc)).toBe(true);
    expect(verifyPassword('correct horsf', phc)).toBe(false);
    expect(verifyPassword('correct horse', undefined)).toBe(false);
    expect(verifyPassword('correct horse', '')).toBe(false);
    expect(verifyPassword('correct horse', 'not a hash')).toBe(false);
  });

  it('differs each time, and is made anew when the parameters change', () => {
    expect(hashPassword('correct horse')).not.toBe(phc);
    expect(needsRehash(phc)).toBe(false);
    expect(needsRehash(phc.replace('ln=14', 'ln=13'))).toBe(true);
    expect(needsRehash('')).toBe(true);
  });
});

describe('the desk', () => {
  const wrong = { bucket: 'b', password: 'wrong', passwordHash: undefined };

  it('gives a thousand guesses at once no more than ten, across evictions too', async () => {
    const desk = PASSWORD_DESK.getByName('flood');
    const verdicts = await Promise.all(Array.from({ length: 1_000 }, () => desk.check(wrong)));
    expect(verdicts.filter((verdict) => verdict.kind === 'wrong')).toHaveLength(MOST_ATTEMPTS);
    await evictDurableObject(desk);
    const verdict = await desk.check(wrong);
    expect(verdict).toMatchObject({ kind: 'throttled' });
    expect(verdict.kind === 'throttled' && verdict.retryAfterSeconds).toBeGreaterThan(REFILL_SECONDS - 60);
    expect(await desk.check({ ...wrong, bucket: 'another' })).toEqual({ kind: 'wrong' });
  });

  it('charges nothing for a right password, though every bucket starts full', async () => {
    const desk = PASSWORD_DESK.getByName('owner');
    const right = { bucket: 'b', password: 'correct horse', passwordHash: hashPassword('correct horse') };
    for (let turn = 0; turn <= MOST_ATTEMPTS; turn += 1) {
      expect(await desk.check(right)).toEqual({ kind: 'right', needsRehash: false });
    }
  });

  it('forgets by alarm, and keeps nothing for ever', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const desk = PASSWORD_DESK.getByName('forgetful');
    await desk.check(wrong);
    await desk.check(wrong);
    const rows = () =>
      runInDurableObject(desk, (_instance, state) =>
        state.storage.sql.exec('SELECT bucket FROM attempts').toArray(),
      );
    vi.setSystemTime(Date.now() + REFILL_SECONDS * 1_000);
    await runDurableObjectAlarm(desk);
    expect(await rows()).toHaveLength(1);
    vi.setSystemTime(Date.now() + REFILL_SECONDS * 1_000);
    await runDurableObjectAlarm(desk);
    expect(await rows()).toHaveLength(0);
    expect(await runInDurableObject(desk, (_instance, state) => state.storage.getAlarm())).toBeNull();
  });
});
