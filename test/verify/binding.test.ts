import { exportJWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createResponse } from '../../src/verify/index.ts';
import { createDpopDevice, type DpopDevice, hashOfToken } from '../support/dpop-device.ts';
import { AUDIENCE, Issuer, ORDERS, request, verdict } from './support.ts';

describe('a token that is bound to a key', () => {
  let issuer: Issuer;
  let device: DpopDevice;
  let token: string;
  beforeAll(async () => {
    issuer = await Issuer.create();
    device = await createDpopDevice();
    token = await issuer.token({ cnf: { jkt: device.thumbprint } });
  });

  const prove = async (
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    by = device,
  ) =>
    by.prove({ htm: 'GET', htu: ORDERS, iat: issuer.now, ath: await hashOfToken(token), ...claims }, header);
  const present = async (proof: string, options: { url?: string; method?: string } = {}) =>
    verdict(
      await issuer
        .verifier()
        .verify(
          request(
            `DPoP ${token}`,
            { headers: { DPoP: proof }, method: options.method ?? 'GET' },
            options.url,
          ),
        ),
    );

  it('is taken with a proof', async () => {
    expect(await present(await prove())).toBe('ok');
    expect(await present(await prove(), { url: `${ORDERS}?page=2` })).toBe('ok');
    expect(await present(await prove({ htu: 'HTTPS://API.example.com:443/orders?x#y' }))).toBe('ok');
    expect(await present(await prove({ htm: 'POST' }), { method: 'POST' })).toBe('ok');
  });

  it('is taken with a proof that has the times of any JWT', async () => {
    const times = { nbf: issuer.now, exp: issuer.now + 3_600 };
    expect(await present(await prove(times))).toBe('ok');
    expect(await present(await prove({ ...times, exp: issuer.now - 5 }))).toBe('proof_too_old');
  });

  it('is taken behind a proxy whose address the client knows', async () => {
    const verifier = issuer.verifier({ publicOrigin: AUDIENCE });
    const inner = request(
      `DPoP ${token}`,
      { headers: { DPoP: await prove() } },
      'http://10.0.0.7:8080/orders',
    );
    expect(verdict(await verifier.verify(inner))).toBe('ok');
  });

  it('is taken from what was made of a request of Node’s own, unless its address is none', async () => {
    const verifier = issuer.verifier();
    for (const [url, expected] of [
      [ORDERS, 'ok'],
      [`${AUDIENCE}:orders`, 'proof_wrong_url'],
    ] as const) {
      const headers = new Headers({ authorization: `DPoP ${token}`, dpop: await prove() });
      expect(verdict(await verifier.verify({ method: 'GET', url, headers }))).toBe(expected);
    }
  });

  it.each(['Ed25519', 'EdDSA', 'RS256', 'PS256'])('may be bound to a key for %s', async (alg) => {
    const other = await createDpopDevice(alg);
    const bound = await issuer.token({ cnf: { jkt: other.thumbprint } });
    const proof = await prove({ ath: await hashOfToken(bound) }, {}, other);
    const presented = request(`DPoP ${bound}`, { headers: { DPoP: proof } });
    expect(verdict(await issuer.verifier().verify(presented))).toBe('ok');
  });

  it.each([
    ['of another method', { htm: 'POST' }, {}, 'proof_wrong_method'],
    ['of another path', { htu: `${AUDIENCE}/` }, {}, 'proof_wrong_url'],
    ['of another host', { htu: 'https://evil.example/orders' }, {}, 'proof_wrong_url'],
    ['of another protocol', { htu: 'http://api.example.com/orders' }, {}, 'proof_wrong_url'],
    ['of no address', { htu: 'orders' }, {}, 'proof_wrong_url'],
    [
      'for another token',
      { ath: 'LPHBxkKiZGdTDkcWYRMUsSAQWsRSbm2Vx5qA2xEZ7wY' },
      {},
      'proof_wrong_access_token',
    ],
    ['for no token', { ath: undefined }, {}, 'proof_wrong_access_token'],
    ['a minute old', { iat: 2_000_000_000 - 60 }, {}, 'proof_too_old'],
    ['of the future', { iat: 2_000_000_000 + 6 }, {}, 'proof_not_yet_valid'],
    ['without an id', { jti: undefined }, {}, 'proof_malformed'],
    ['with an endless id', { jti: 'x'.repeat(129) }, {}, 'proof_malformed'],
    ['without a time', { iat: undefined }, {}, 'proof_malformed'],
    ['of another type', {}, { typ: 'JWT' }, 'proof_malformed'],
    ['without its key', {}, { jwk: undefined }, 'proof_malformed'],
  ])('is refused with a proof %s', async (_, claims, header, reason) => {
    expect(await present(await prove(claims, header))).toBe(reason);
  });

  it('is refused with a proof that shows its private key, or a secret', async () => {
    const jwk = await exportJWK(device.privateKey);
    expect(await present(await prove({}, { jwk }))).toBe('proof_malformed');
    const secret = await new SignJWT({ jti: 'a', htm: 'GET', htu: ORDERS })
      .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'c2VjcmV0' } as object })
      .sign(new TextEncoder().encode('a secret of thirty-two characters'));
    expect(await present(secret)).toMatch(/^proof_(malformed|wrong_algorithm)$/);
  });

  it('is refused with a proof by another key, or with a foreign key put into it', async () => {
    const thief = await createDpopDevice();
    expect(await present(await prove({}, {}, thief))).toBe('proof_of_another_key');
    expect(await present(await prove({}, { jwk: device.jwk }, thief))).toBe('proof_bad_signature');
  });

  it('is refused with two proofs, a broken one, and none', async () => {
    expect(await present(`${await prove()}, ${await prove()}`)).toBe('proof_malformed');
    expect(await present(`${await prove()}=`)).toBe('proof_malformed');
    expect(await present('')).toBe('proof_malformed');
  });

  it('is refused the second time that a proof comes', async () => {
    const verifier = issuer.verifier();
    const proof = await prove();
    const again = () => verifier.verify(request(`DPoP ${token}`, { headers: { DPoP: proof } }));
    expect([verdict(await again()), verdict(await again())]).toEqual(['ok', 'proof_replayed']);
  });

  it('is refused as a bearer token, and by itself', async () => {
    const verifier = issuer.verifier();
    const outcome = await verifier.verify(request(`Bearer ${token}`, { headers: { DPoP: await prove() } }));
    expect(verdict(outcome)).toBe('bound_token_without_proof');
    expect(verdict(await verifier.verify(token))).toBe('bound_token_without_proof');
    if (outcome.ok) return;
    expect(createResponse(outcome.refusal).headers.get('WWW-Authenticate')).toBe(
      'DPoP error="invalid_token", error_description="The access token is bound to a key: send it with a DPoP proof", algs="ES256 Ed25519 EdDSA RS256 PS256"',
    );
  });

  it('is told from one that is not', async () => {
    const plain = await issuer.token();
    const presented = request(`DPoP ${plain}`, {
      headers: { DPoP: await prove({ ath: await hashOfToken(plain) }) },
    });
    expect(verdict(await issuer.verifier().verify(presented))).toBe('unbound_token_with_proof');
  });

  it('gets the error of RFC 9449 for a bad proof', async () => {
    const presented = request(`DPoP ${token}`, { headers: { DPoP: await prove({ htm: 'PUT' }) } });
    const outcome = await issuer.verifier().verify(presented);
    if (outcome.ok) throw new Error('The proof is for a PUT');
    const response = createResponse(outcome.refusal);
    expect(response.status).toBe(401);
    expect(response.headers.get('WWW-Authenticate')).toBe(
      'DPoP error="invalid_dpop_proof", error_description="The DPoP proof is invalid", algs="ES256 Ed25519 EdDSA RS256 PS256"',
    );
  });

  it('gets a 503 while its proofs can not be remembered', async () => {
    const down = new Error('The memory is down');
    const proofMemory = { use: () => Promise.reject(down) };
    issuer.faults.length = 0;
    const presented = request(`DPoP ${token}`, { headers: { DPoP: await prove() } });
    const outcome = await issuer.verifier({ proofMemory }).verify(presented);
    expect(outcome).toMatchObject({ refusal: { reason: 'check_failed', status: 503 } });
    expect(issuer.faults).toEqual([down]);
  });

  it('may have its proofs remembered elsewhere', async () => {
    const seen: unknown[] = [];
    const proofMemory = {
      async use(proof: object) {
        seen.push(proof);
        return seen.length === 1;
      },
    };
    const verify = async (verifier = issuer.verifier({ proofMemory })) =>
      verdict(
        await verifier.verify(request(`DPoP ${token}`, { headers: { DPoP: await prove({ jti: 'a' }) } })),
      );
    expect([await verify(), await verify()]).toEqual(['ok', 'proof_replayed']);
    expect(seen[0]).toMatchObject({ jti: 'a', thumbprint: device.thumbprint, expiresAt: issuer.now + 60 });
  });
});
