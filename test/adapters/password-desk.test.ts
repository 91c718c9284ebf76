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
    vi.useFakeTimers({ toFake: ['Date'] });
    const desk = PASSWORD_DESK.getByName('flood');
    const verdicts = await Promise.all(Array.from({ length: 1_000 }, () => desk.check(wrong)));
    expect(verdicts.filter((verdict) => verdict.kind === 'wrong')).toHaveLength(MOST_ATTEMPTS);
    await evictDurableObject(desk);
    expect(await desk.check(wrong)).toEqual({ kind: 'throttled', retryAfterSeconds: REFILL_SECONDS });
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

describe('the alarm', () => {
  it('is one a minute, however many buckets were guessed at', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const minute = Math.ceil(Date.now() / 60_000) * 60_000;
    const desk = PASSWORD_DESK.getByName('guessed at');
    for (let second = 1; second <= 50; second += 1) {
      vi.setSystemTime(minute + second * 1_000);
      await desk.settle({ bucket: `b${second}`, isRight: false, use: undefined });
    }
    const alarm = () => runInDurableObject(desk, (_instance, state) => state.storage.getAlarm());
    const rows = () =>
      runInDurableObject(desk, (_instance, state) =>
        state.storage.sql.exec('SELECT bucket FROM attempts').toArray(),
      );
    expect(await alarm()).toBe(minute + REFILL_SECONDS * 1_000 + 60_000);
    vi.setSystemTime(minute + REFILL_SECONDS * 1_000 + 30_000);
    await runDurableObjectAlarm(desk);
    expect(await rows()).toHaveLength(20);
    expect(await alarm()).toBe(minute + REFILL_SECONDS * 1_000 + 60_000);
    vi.setSystemTime(minute + REFILL_SECONDS * 1_000 + 60_000);
    await runDurableObjectAlarm(desk);
    expect(await rows()).toEqual([]);
    expect(await alarm()).toBeNull();
  });
});

describe('a proof that was computed elsewhere', () => {
  const proof = { bucket: 'p', isRight: true, use: undefined };

  it('counts once with what it uses, and again only above its count', async () => {
    const desk = PASSWORD_DESK.getByName('uses');
    const until = Date.now() / 1_000 + 60;
    const used = (id: string, count: number) => desk.settle({ ...proof, use: { id, count, until } });
    expect(await used('n', 1)).toEqual({ kind: 'right' });
    expect(await used('n', 1)).toEqual({ kind: 'replayed' });
    expect(await used('n', 7)).toEqual({ kind: 'right' });
    await evictDurableObject(desk);
    expect(await used('n', 6)).toEqual({ kind: 'replayed' });
    expect(await used('m', 1)).toEqual({ kind: 'right' });
    const many = await Promise.all(Array.from({ length: 50 }, () => used('many', 1)));
    expect(many.filter(({ kind }) => kind === 'right')).toHaveLength(1);
  });

  it('is charged if it is wrong, in the bucket of the passwords, and held up with them', async () => {
    const desk = PASSWORD_DESK.getByName('proofs');
    const wrong = { bucket: 'p', password: 'wrong', passwordHash: undefined };
    for (let turn = 0; turn < MOST_ATTEMPTS; turn += 1) {
      const verdict = turn % 2 ? desk.check(wrong) : desk.settle({ ...proof, isRight: false });
      expect(await verdict).toEqual({ kind: 'wrong' });
    }
    expect(await desk.settle(proof)).toMatchObject({ kind: 'throttled' });
    expect(await desk.check(wrong)).toMatchObject({ kind: 'throttled' });
  });

  it('leaves something behind only if it was right, and that is forgotten by alarm', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const desk = PASSWORD_DESK.getByName('forgetful uses');
    const until = Date.now() / 1_000 + 60;
    const rows = () =>
      runInDurableObject(desk, (_instance, state) => state.storage.sql.exec('SELECT id FROM uses').toArray());
    await desk.settle({ ...proof, isRight: false, use: { id: 'wrong', count: 1, until } });
    await desk.settle({ ...proof, bucket: 'q', use: { id: 'right', count: 1, until } });
    await desk.settle({ ...proof, bucket: 'q', use: { id: 'later', count: 1, until: until + 60 } });
    expect(await rows()).toEqual([{ id: 'later' }, { id: 'right' }]);
    vi.setSystemTime(Date.now() + 60_000);
    await runDurableObjectAlarm(desk);
    expect(await rows()).toEqual([{ id: 'later' }]);
    // It was found right while it could be used, and held up on its way to the desk.
    const late = { ...proof, bucket: 'q', use: { id: 'right', count: 1, until } };
    expect(await desk.settle(late)).toEqual({ kind: 'replayed' });
    vi.setSystemTime(Date.now() + 60_000);
    await runDurableObjectAlarm(desk);
    expect(await rows()).toEqual([]);
  });
});
