import { describe, expect, it } from 'vitest';
import { createKey, ISSUER, Issuer, settled, verdict } from './support.ts';

describe('the key set', () => {
  it('is fetched once, from its usual address, for many callers at once', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.token()));
    const outcomes = await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(outcomes.map(verdict)).toEqual(tokens.map(() => 'ok'));
    expect(issuer.asked).toEqual([`${ISSUER}/.well-known/jwks.json`]);
  });

  it.each([
    ['as long as it says', 'public, max-age=600', 600],
    ['five minutes where it says nothing', undefined, 300],
    ['half a minute where it must not be kept', 'no-store', 30],
    ['half a minute where it says zero', 'max-age=0', 30],
    ['a day at most', 'max-age=999999999', 86_400],
  ])('is kept %s', async (_, cacheControl, seconds) => {
    const issuer = await Issuer.create();
    issuer.cacheControl = cacheControl;
    const verifier = issuer.verifier();
    await settled(issuer, verifier);
    issuer.now += seconds - 1;
    await settled(issuer, verifier);
    expect(issuer.asked).toHaveLength(1);
    issuer.now += 2;
    await settled(issuer, verifier);
    expect(issuer.asked).toHaveLength(2);
  });

  it('is renewed behind a caller’s back when old, and before his answer when very old', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    await settled(issuer, verifier);
    issuer.keys = [await createKey('second')];
    issuer.now += 1_199;
    const old = await createKey('first');
    expect(verdict(await verifier.verify(await issuer.token({}, {}, old)))).toBe('bad_signature');
    issuer.keys = [await createKey('third')];
    issuer.now += 86_400;
    expect(verdict(await verifier.verify(await issuer.token()))).toBe('ok');
  });

  it('is fetched again for an unknown key, at most once a minute', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    await settled(issuer, verifier);
    issuer.keys = [await createKey('second')];
    expect(await settled(issuer, verifier)).toBe('unknown_key');
    issuer.now += 59;
    expect(await settled(issuer, verifier)).toBe('unknown_key');
    expect(issuer.asked).toHaveLength(1);
    issuer.now += 1;
    expect(await settled(issuer, verifier)).toBe('ok');
    expect(issuer.asked).toHaveLength(2);
    for (let turn = 0; turn < 20; turn += 1) {
      expect(await settled(issuer, verifier, await issuer.token({}, { kid: `made-up-${turn}` }))).toBe(
        'unknown_key',
      );
    }
    expect(issuer.asked).toHaveLength(2);
  });

  it('passes over keys that can not verify', async () => {
    const issuer = await Issuer.create();
    const good = issuer.keys[0]?.jwk ?? {};
    const others = [
      { kty: 'oct', k: 'c2VjcmV0', kid: 'first' },
      { ...good, kid: 'encryption', use: 'enc' },
      { ...good, kid: 'other', alg: 'ES384' },
      { ...good, kid: 'derivation', use: undefined, key_ops: ['deriveBits'] },
      { ...good, kid: 'derivation', use: undefined, key_ops: 'verify' },
      { ...good, kid: undefined },
      { kty: 'EC', crv: 'P-521', kid: 'curve' },
      null,
    ];
    for (const jwk of others)
      issuer.keys.push({
        ...(issuer.keys[0] as (typeof issuer.keys)[0]),
        jwk: jwk as Record<string, unknown>,
      });
    const verifier = issuer.verifier();
    expect(await settled(issuer, verifier)).toBe('ok');
    for (const kid of ['encryption', 'other', 'derivation'])
      expect(await settled(issuer, verifier, await issuer.token({}, { kid }))).toBe('unknown_key');
  });

  it('is taken with keys that say what they are for', async () => {
    const issuer = await Issuer.create();
    const [key] = issuer.keys;
    Object.assign(key?.jwk ?? {}, { use: undefined, key_ops: ['verify'] });
    expect(await settled(issuer, issuer.verifier())).toBe('ok');
  });

  it('is read no further than it may be long', async () => {
    const issuer = await Issuer.create();
    let sent = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += 65_536;
          controller.enqueue(new Uint8Array(65_536).fill(32));
          if (sent > 67_108_864) controller.close();
        },
      });
    const verifier = issuer.verifier({ fetch: async () => new Response(endless()) });
    expect(await settled(issuer, verifier)).toBe('issuer_unavailable');
    expect(sent).toBeLessThan(2_097_152);
    expect(issuer.faults.map(String)).toEqual([
      `Error: ${ISSUER}/.well-known/jwks.json answered with too long a body`,
    ]);
  });
});

describe('a key that is broken', () => {
  const broken: [string, Record<string, unknown>][] = [
    ['that is no point of its curve', { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }],
    ['without a part', { kty: 'EC', crv: 'P-256', x: 'AA' }],
    ['with a part that is no text', { kty: 'OKP', crv: 'Ed25519', x: 7 }],
    ['without an exponent', { kty: 'RSA', n: 'x'.repeat(400) }],
  ];

  it.each(broken)('%s takes no other with it, and is reported', async (_, jwk) => {
    const issuer = await Issuer.create();
    const [good] = issuer.keys;
    if (!good) throw new Error('The issuer has no key');
    const verifier = issuer.verifier();
    issuer.keys = [{ ...good, kid: 'broken', jwk: { ...jwk, kid: 'broken' } }, good];
    expect(await settled(issuer, verifier, await issuer.token({}, {}, good))).toBe('ok');
    expect(issuer.faults.map(String)).toEqual(['Error: The key broken of the key set can not be used']);
    expect(await settled(issuer, verifier, await issuer.token({}, { kid: 'broken' }))).toBe('unknown_key');
  });

  it('and no other beside it: the last good ones serve on', async () => {
    const issuer = await Issuer.create();
    const [good] = issuer.keys;
    if (!good) throw new Error('The issuer has no key');
    const verifier = issuer.verifier();
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    expect(await settled(issuer, verifier, token)).toBe('ok');
    issuer.keys = [{ ...good, jwk: { kty: 'EC', crv: 'P-256', kid: 'first', x: 'AA', y: 'AA' } }];
    issuer.now += 700;
    for (let turn = 0; turn < 2; turn += 1) expect(await settled(issuer, verifier, token)).toBe('ok');
    expect(issuer.faults.map(String)).toEqual([
      'Error: The key first of the key set can not be used',
      `Error: ${ISSUER}/.well-known/jwks.json has no key that can verify`,
    ]);
  });
});
