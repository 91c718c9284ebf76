import fc from 'fast-check';
import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import { verifyProof } from '../../../src/core/dpop/proof.ts';
import { createDpopDevice } from '../../support/dpop-device.ts';

const URL = 'https://id.example.com/oauth/token';
const NOW = 2_000_000_000;
const expectation = { method: 'POST', url: URL };

/** Any JSON as a part of a JWS, and text that is none. */
const part = fc.oneof(
  fc.json().map((json) => base64url.encode(json)),
  fc.base64String(),
  fc.string(),
);

describe('a proof of whatever form', () => {
  it('is refused as a value, never by an exception', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.tuple(part, part, part).map((parts) => parts.join('.')),
        ),
        async (text) => {
          expect((await verifyProof(text, expectation, NOW)).ok).toBe(false);
        },
      ),
      { numRuns: 500 },
    ));

  it('is refused with any header, claim or key but its own', async () => {
    const device = await createDpopDevice();
    const claims = { htm: 'POST', htu: URL, iat: NOW, jti: 'a' };
    const text = await device.prove(claims);
    expect((await verifyProof(text, expectation, NOW)).ok).toBe(true);
    const [header = '', payload = '', signature = ''] = text.split('.');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('header', 'payload', 'jwk'),
        fc.string(),
        fc.jsonValue(),
        async (where, name, value) => {
          const change = (part: string) =>
            base64url.encode(
              JSON.stringify({
                ...JSON.parse(new TextDecoder().decode(base64url.decode(part))),
                [name]: value,
              }),
            );
          const jwk = { ...device.jwk, [name]: value };
          const changed = {
            header: [change(header), payload, signature],
            payload: [header, change(payload), signature],
            jwk: [
              base64url.encode(JSON.stringify({ alg: 'ES256', typ: 'dpop+jwt', jwk })),
              payload,
              signature,
            ],
          }[where];
          fc.pre(changed.join('.') !== text);
          expect((await verifyProof(changed.join('.'), expectation, NOW)).ok).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is never taken with claims of another type', async () => {
    const device = await createDpopDevice();
    const claims = { htm: 'POST', htu: URL, iat: NOW, jti: 'a' };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('htm', 'htu', 'iat', 'jti', 'nonce'),
        fc.jsonValue(),
        async (name, value) => {
          fc.pre(typeof value !== 'string' && typeof value !== 'number');
          const text = await device.prove({ ...claims, [name]: value });
          expect((await verifyProof(text, expectation, NOW)).ok).toBe(false);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    [undefined, -59, true],
    [undefined, -60, false],
    [undefined, 5, true],
    [undefined, 6, false],
    [300, -299, true],
    [300, -300, false],
    [300, 300, true],
    [300, 301, false],
  ])('in a window of %s is taken %s seconds from now: %s', async (windowSeconds, seconds, ok) => {
    const device = await createDpopDevice();
    const text = await device.prove({ htm: 'POST', htu: URL, iat: NOW + seconds });
    const within = { ...expectation, ...(windowSeconds !== undefined && { windowSeconds }) };
    expect((await verifyProof(text, within, NOW)).ok).toBe(ok);
  });

  it.each([
    ['the times that .NET adds', undefined, { nbf: NOW, exp: NOW + 3_600 }, 'ok'],
    ['an nbf within the clocks’ tolerance', undefined, { nbf: NOW + 5 }, 'ok'],
    ['an nbf to come', undefined, { nbf: NOW + 6 }, 'not_yet_valid'],
    ['an exp within the clocks’ tolerance', undefined, { exp: NOW - 4 }, 'ok'],
    ['an exp that is over', undefined, { exp: NOW - 5 }, 'too_old'],
    ['an nbf within the window', 300, { nbf: NOW + 300 }, 'ok'],
    ['an nbf beyond the window', 300, { nbf: NOW + 301 }, 'not_yet_valid'],
    ['an exp within the window', 300, { exp: NOW - 299 }, 'ok'],
    ['an exp beyond the window', 300, { exp: NOW - 300 }, 'too_old'],
    ['an old iat, whatever its exp says', undefined, { iat: NOW - 60, exp: NOW + 3_600 }, 'too_old'],
    ['an nbf that is no time', undefined, { nbf: '0' }, 'malformed'],
    ['an exp that is no time', undefined, { exp: 'never' }, 'malformed'],
  ])('with %s, in a window of %s, is judged by it', async (_, windowSeconds, times, verdict) => {
    const device = await createDpopDevice();
    const text = await device.prove({ htm: 'POST', htu: URL, iat: NOW, ...times });
    const within = { ...expectation, ...(windowSeconds !== undefined && { windowSeconds }) };
    const outcome = await verifyProof(text, within, NOW);
    expect(outcome.ok ? 'ok' : outcome.reason).toBe(verdict);
  });
});
