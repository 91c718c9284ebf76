import { describe, expect, it, vi } from 'vitest';
import { createResponse } from '../../src/verify/index.ts';
import { build, place } from './listed.ts';
import { createKey, ISSUER, type Issuer, verdict } from './support.ts';

describe('a list', () => {
  it('that somebody else signed in the issuer’s name is not believed', async () => {
    const { issuer, check } = await build();
    issuer.listForger = await createKey('first');
    expect(await check()).toBe('status_unknown');
    expect(issuer.faults.map(String)).toEqual(['Error: The status list is not signed by the issuer']);
  });

  it('that is a minute old is waited for, even if stale ones are accepted', async () => {
    const { issuer, check } = await build({ onStale: 'accept' });
    expect(await check()).toBe('ok');
    issuer.list.revoked = [7];
    issuer.now += 55;
    expect(await check()).toBe('revoked');
  });

  it('that can not be had any more still tells who was revoked, where stale ones are accepted', async () => {
    const { issuer, check } = await build({ onStale: 'accept' });
    issuer.list.revoked = [7];
    expect(await check()).toBe('revoked');
    issuer.outage = 'unreachable';
    issuer.now += 3_600;
    expect(await check()).toBe('revoked');
  });
});

describe('a list that can not be had', () => {
  const bad: [string, (issuer: Issuer) => void][] = [
    [
      'while the issuer is down',
      (issuer) => {
        issuer.outage = 'unreachable';
      },
    ],
    [
      'that is a minute old',
      (issuer) => {
        issuer.list.age = 55;
      },
    ],
    [
      'of the future',
      (issuer) => {
        issuer.list.age = -10;
      },
    ],
    [
      'that is another list',
      (issuer) => {
        issuer.list.claims = { sub: `${ISSUER}/status/1` };
      },
    ],
    [
      'of another type',
      (issuer) => {
        issuer.list.header = { typ: 'JWT' };
      },
    ],
    [
      'by another key',
      (issuer) => {
        issuer.list.header = { kid: 'other' };
      },
    ],
    [
      'whose end is no time',
      (issuer) => {
        issuer.list.claims = { exp: 'soon' };
      },
    ],
    [
      'that is over',
      (issuer) => {
        issuer.list.claims = { exp: issuer.now };
      },
    ],
    [
      'with a lifetime that is none',
      (issuer) => {
        issuer.list.claims = { ttl: 0 };
      },
    ],
    [
      'of two bits a token',
      (issuer) => {
        issuer.list.claims = { status_list: { bits: 2, lst: '' } };
      },
    ],
    [
      'that is not compressed',
      (issuer) => {
        issuer.list.claims = { status_list: { bits: 1, lst: 'AAAA' } };
      },
    ],
  ];

  it.each(bad)(
    '%s: the last good one serves for its time, and then the token is refused',
    async (_, spoil) => {
      const { issuer, check } = await build();
      expect(await check()).toBe('ok');
      spoil(issuer);
      issuer.now += 54;
      expect(await check()).toBe('ok');
      issuer.now += 1;
      expect(await check()).toBe('status_unknown');
      expect(issuer.faults.length).toBeGreaterThan(0);
    },
  );

  it.each(bad)('%s: or the token is accepted, if the API says so', async (_, spoil) => {
    const { issuer, check } = await build({ onStale: 'accept' });
    expect(await check()).toBe('ok');
    spoil(issuer);
    issuer.now += 3_600;
    expect(await check()).toBe('ok');
    expect(await check(await issuer.token(place(7)))).toBe('ok');
  });

  it('is a 503: the token may be good', async () => {
    const { issuer, verifier, token, check } = await build();
    await check();
    issuer.outage = 'broken';
    issuer.now += 60;
    const outcome = await verifier.verify(token);
    if (outcome.ok) throw new Error('Its status is not known');
    expect(createResponse(outcome.refusal).status).toBe(503);
  });

  it('is no matter to who ignores them', async () => {
    const { issuer, check, listCalls } = await build({ onStale: 'ignore' });
    issuer.list.revoked = [7];
    expect(await check()).toBe('ok');
    expect(listCalls()).toBe(0);
  });

  it('and never could is waited for once, and then by nobody where the token is accepted', async () => {
    const { issuer, verifier, token, check, listCalls } = await build({ onStale: 'accept' });
    await check(await issuer.token());
    issuer.outage = 'unreachable';
    expect(await check()).toBe('ok');
    issuer.outage = 'hanging';
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const work: Promise<unknown>[] = [];
    try {
      // No timer goes off while they are called, so who waited for one would wait for ever.
      for (const seconds of [5, 1, 5, 48]) {
        issuer.now += seconds;
        expect(verdict(await verifier.verify(token, { waitUntil: (each) => work.push(each) }))).toBe('ok');
      }
      expect([listCalls(), work.length]).toEqual([4, 3]);
      await vi.advanceTimersByTimeAsync(5_000);
      await Promise.all(work);
    } finally {
      vi.useRealTimers();
    }
    issuer.outage = 'none';
    issuer.list.revoked = [7];
    issuer.now += 5;
    await check();
    expect(await check()).toBe('revoked');
  });
});
