import { describe, expect, it, vi } from 'vitest';
import { Issuer, ORDERS, verdict } from './support.ts';

describe('what fails on the way', () => {
  it('throws at nobody: what can not be checked is a 503, and is told', async () => {
    const issuer = await Issuer.create();
    const fault = new Error('The key can not be used');
    const spy = vi.spyOn(crypto.subtle, 'verify').mockRejectedValueOnce(fault);
    const outcome = await issuer.verifier().verify(await issuer.token());
    spy.mockRestore();
    expect(outcome).toMatchObject({ refusal: { reason: 'check_failed', status: 503, challenges: [] } });
    expect(issuer.faults).toEqual([fault]);
  });

  it('is no client’s matter where it is a `waitUntil` without its context', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const illegal = new TypeError('Illegal invocation');
    const waitUntil = () => {
      throw illegal;
    };
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    // Before there is anything, and when old and very old keys are renewed behind a remembered token.
    for (const seconds of [0, 601, 1_300]) {
      issuer.now += seconds;
      expect(verdict(await verifier.verify(token, { waitUntil }))).toBe('ok');
    }
    expect(issuer.faults).toEqual([illegal, illegal]);
  });

  it('is no client’s matter where it is a log', async () => {
    const issuer = await Issuer.create();
    issuer.outage = 'unreachable';
    const verifier = issuer.verifier({
      onFault() {
        throw new Error('The disk is full');
      },
    });
    expect(verdict(await verifier.verify(await issuer.token()))).toBe('issuer_unavailable');
  });
});

describe('a clock that tells no time any more', () => {
  it.each([Number.NaN, undefined])('lets nobody in (%s)', async (broken) => {
    const issuer = await Issuer.create();
    let now: unknown = issuer.now;
    const verifier = issuer.verifier({ clock: () => now as number });
    const token = await issuer.token();
    expect(verdict(await verifier.verify(token))).toBe('ok');
    now = broken;
    for (let turn = 0; turn < 2; turn += 1) expect((await verifier.verify(token)).ok).toBe(false);
  });
});

describe('what is no token and no request', () => {
  it.each([null, undefined, ''])('is none (%j)', async (presented) => {
    const issuer = await Issuer.create();
    const outcome = await issuer.verifier().verify(presented);
    expect(!outcome.ok && outcome.refusal.status).toBe(401);
    expect(issuer.asked).toEqual([]);
  });

  it('is none: a header that is not there, as Node has it', async () => {
    const issuer = await Issuer.create();
    const headers = { get: () => undefined };
    const outcome = await issuer.verifier().verify({ method: 'GET', url: ORDERS, headers });
    expect(verdict(outcome)).toBe('no_token');
  });

  it('is its caller’s error: a request of Node’s own', async () => {
    const issuer = await Issuer.create();
    const incoming = { method: 'GET', url: '/orders', headers: { authorization: 'Bearer x' } };
    await expect(issuer.verifier().verify(incoming as never)).rejects.toThrow('verify takes a token');
  });
});
