import { describe, expect, it, vi } from 'vitest';
import { createResponse } from '../../src/verify/index.ts';
import { Issuer, settled, verdict } from './support.ts';

/** Waits until so many of the timers that stand still have begun. */
async function begun(timers: number): Promise<void> {
  while (vi.getTimerCount() < timers) await new Promise((resolve) => setImmediate(resolve));
}

describe('an outage of the issuer', () => {
  it.each(['unreachable', 'broken', 'redirect'] as const)(
    'is survived on the last good keys, a day long (%s)',
    async (outage) => {
      const issuer = await Issuer.create();
      const verifier = issuer.verifier();
      await settled(issuer, verifier);
      issuer.outage = outage;
      for (const seconds of [700, 1_200, 40_000, 43_000]) {
        issuer.now += seconds;
        expect([seconds, await settled(issuer, verifier)]).toEqual([seconds, 'ok']);
      }
      expect(issuer.faults.length).toBeGreaterThan(0);
      issuer.now += 86_400;
      expect(await settled(issuer, verifier)).toBe('issuer_unavailable');
      issuer.outage = 'none';
      issuer.now += 5;
      expect(await settled(issuer, verifier)).toBe('ok');
    },
  );

  it('is not made worse: it is asked once in five seconds, and nobody waits once it is known', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    await settled(issuer, verifier);
    issuer.outage = 'unreachable';
    issuer.now += 2_000;
    for (let turn = 0; turn < 100; turn += 1) expect(await settled(issuer, verifier)).toBe('ok');
    expect(issuer.asked).toHaveLength(2);
  });

  it('has nobody wait for a try that hangs, once it is known', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    await settled(issuer, verifier, token);
    issuer.outage = 'unreachable';
    issuer.now += 2_000;
    await settled(issuer, verifier, token);
    issuer.outage = 'hanging';
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      // No timer goes off here, so who waited for one would wait for ever.
      for (const seconds of [5, 5, 49]) {
        issuer.now += seconds;
        expect(verdict(await verifier.verify(token))).toBe('ok');
        expect(verdict(await verifier.verify(await issuer.token()))).toBe('ok');
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it('has nobody wait before the kept keys are very old, however seldom somebody calls', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    await settled(issuer, verifier, token);
    issuer.outage = 'unreachable';
    issuer.now += 601;
    await settled(issuer, verifier, token);
    issuer.outage = 'hanging';
    issuer.now += 500;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      // Nobody who waits is ever called again here.
      expect(verdict(await verifier.verify(await issuer.token()))).toBe('ok');
    } finally {
      vi.useRealTimers();
    }
  });

  it('is also an answer that is no 200, whatever it holds', async () => {
    for (const status of [201, 302, 404]) {
      const issuer = await Issuer.create();
      const keys = issuer.keys.map(({ jwk }) => jwk);
      const verifier = issuer.verifier({ fetch: async () => Response.json({ keys }, { status }) });
      expect(await settled(issuer, verifier)).toBe('issuer_unavailable');
    }
  });

  it('is also a redirect, which is not followed, and what takes too long is broken off', async () => {
    const issuer = await Issuer.create();
    const asked: RequestInit[] = [];
    const verifier = issuer.verifier({
      fetch: async (_, init) => {
        asked.push(init);
        throw new TypeError('The network is down');
      },
    });
    await settled(issuer, verifier);
    expect(asked).toEqual([expect.objectContaining({ redirect: 'manual', signal: expect.any(AbortSignal) })]);
  });

  it('is over when a clock that was wrong by hours has been put back', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    issuer.outage = 'unreachable';
    issuer.now += 7_200;
    expect(await settled(issuer, verifier)).toBe('issuer_unavailable');
    issuer.outage = 'none';
    issuer.now -= 7_200;
    expect(await settled(issuer, verifier)).toBe('ok');
  });

  it('that hangs holds up one call in five seconds, and the others beside it for one second', async () => {
    const issuer = await Issuer.create();
    let hang = false;
    const verifier = issuer.verifier({
      fetch: () =>
        hang ? new Promise(() => undefined) : Promise.reject(new TypeError('The network is down')),
    });
    const token = await issuer.token();
    await verifier.verify(token);
    issuer.now += 5;
    hang = true;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const settled: string[] = [];
      const first = verifier.verify(token).then(() => settled.push('first'));
      await begun(1);
      const other = verifier.verify(token).then(() => settled.push('other'));
      await begun(2);
      await vi.advanceTimersByTimeAsync(1_000);
      await other;
      expect(settled).toEqual(['other']);
      await vi.advanceTimersByTimeAsync(4_000);
      await first;
    } finally {
      vi.useRealTimers();
    }
  });

  it('that hangs costs nothing while the last good keys serve', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    await verifier.verify(token);
    issuer.outage = 'hanging';
    issuer.now += 700;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const handed: unknown[] = [];
      const waitUntil = (work: unknown) => handed.push(work);
      for (let turn = 0; turn < 100; turn += 1)
        expect(verdict(await verifier.verify(token, { waitUntil }))).toBe('ok');
      expect([handed.length, vi.getTimerCount()]).toEqual([1, 1]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not waited for without end, whatever `fetch` does about its signal', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier({ fetch: () => new Promise(() => undefined) });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const outcome = verifier.verify(await issuer.token());
      await begun(1);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(verdict(await outcome)).toBe('issuer_unavailable');
      expect(issuer.faults.map(String)).toEqual(['Error: There was no answer for 5 s']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('before there are any keys is a 503, not a 401: the client’s token may be good', async () => {
    const issuer = await Issuer.create();
    issuer.outage = 'unreachable';
    const outcome = await issuer.verifier().verify(await issuer.token());
    if (outcome.ok) throw new Error('There are no keys');
    const response = createResponse(outcome.refusal);
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(response.headers.get('WWW-Authenticate')).toBeNull();
  });
});
