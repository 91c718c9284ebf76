import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIssuer } from '../support/client.ts';

const issuer = createIssuer({ AUTH_SCHEMES: 'basic digest mutual hoba aws4', FAILURE_DELAY: '0s' });

const HEX = 'ab'.repeat(32);
const MUTUAL =
  'version=1, algorithm=iso-kam3-ec-p256-sha256, validation=host, auth-scope="localhost", realm="edgemint"';
const DIGEST = `username="ada", realm="edgemint", uri="/auth/login", nonce="n", cnonce="c", nc=00000001, qop=auth, algorithm=SHA-256, response="${HEX}"`;

/** Each is of its scheme's form and holds for nobody. */
const SEEDS = [
  'Basic YWRhOnBhc3N3b3Jk',
  `Digest ${DIGEST}`,
  `Digest ${DIGEST.replace('username="ada"', `username="${HEX}", userhash=true`)}`,
  `Mutual ${MUTUAL}, user="ada", kc1=${'02'.repeat(33)}`,
  `Mutual ${MUTUAL}, sid=${'0'.repeat(36)}, nc=1, vkc=${HEX}`,
  'HOBA result="a2lk.Y2hhbGxlbmdl.bm9uY2U.c2ln"',
  `AWS4-HMAC-SHA256 Credential=A/20350305/us-east-1/edgemint/aws4_request, SignedHeaders=host, Signature=${HEX}`,
];

const printable = fc.stringMatching(/^[ -~]{1,6}$/);
const garbled = fc
  .tuple(fc.constantFrom(...SEEDS), fc.nat(200), fc.nat(8), printable)
  .map(([seed, at, length, text]) => seed.slice(0, at) + text + seed.slice(at + length));
const cut = fc.tuple(fc.constantFrom(...SEEDS), fc.nat(300)).map(([seed, at]) => seed.slice(0, at));
const doubled = fc.tuple(fc.constantFrom(...SEEDS), fc.constantFrom(...SEEDS)).map((pair) => pair.join(', '));

describe('the doors, all of them open', () => {
  it('answer whatever is sent at them by 401 or 429, each with its challenges, and never fail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.constantFrom(...SEEDS), garbled, cut, doubled), async (Authorization) => {
        const response = await issuer.call('POST', '/auth/login', { headers: { Authorization } });
        expect([401, 429], Authorization).toContain(response.status);
        if (response.status === 401) expect(response.headers.get('www-authenticate')).toMatch(/Mutual /);
      }),
      { numRuns: 600 },
    );
  });

  it('answer whatever stands in a presigned address the same way', async () => {
    const names = [
      'X-Amz-Algorithm',
      'X-Amz-Credential',
      'X-Amz-Date',
      'X-Amz-Expires',
      'X-Amz-Signature',
      'x',
    ];
    const pair = fc.tuple(fc.constantFrom(...names), fc.oneof(printable, fc.constant(HEX)));
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { maxLength: 8 }), fc.string({ maxLength: 12 }), async (pairs, raw) => {
        const query = `X-Amz-Signature=${HEX}&${new URLSearchParams(pairs)}&${encodeURI(raw.toWellFormed())}`;
        const response = await issuer.call('POST', `/auth/login?${query}`);
        expect(response.status, query).toBe(401);
      }),
      { numRuns: 300 },
    );
  });
});
