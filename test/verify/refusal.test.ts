import { describe, expect, it } from 'vitest';
import { createResponse } from '../../src/verify/index.ts';
import { createDpopDevice, hashOfToken } from '../support/dpop-device.ts';
import { Issuer, ORDERS, request, verdict } from './support.ts';

describe('the answer to a refusal', () => {
  const answer = async (authorization: string | undefined, scope?: string) => {
    const issuer = await Issuer.create();
    const filled = authorization?.replace('<token>', await issuer.token());
    const expired = filled?.replace('<expired>', await issuer.token({ exp: issuer.now - 1 }));
    const outcome = await issuer.verifier({ realm: 'orders' }).verify(request(expired), { scope });
    if (outcome.ok) throw new Error('It was not refused');
    const response = createResponse(outcome.refusal);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    const body = (await response.json()) as { error: string; error_description: string };
    return { status: response.status, challenge: response.headers.get('WWW-Authenticate'), body };
  };

  it('names no error to a request without a token', async () => {
    for (const authorization of [undefined, 'Basic YTpi'])
      expect(await answer(authorization)).toMatchObject({
        status: 401,
        challenge: 'Bearer realm="orders", DPoP algs="ES256 Ed25519 EdDSA RS256 PS256"',
      });
  });

  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer <token>, Bearer <token>', 'Bearer {}', 'DPoP "'])(
    'to %s is a 400',
    async (authorization) =>
      expect(await answer(authorization)).toMatchObject({
        status: 400,
        challenge:
          'Bearer error="invalid_request", error_description="The Authorization header is malformed"',
        body: { error: 'invalid_request' },
      }),
  );

  it('tells an expired token from a bad one', async () => {
    expect(await answer('Bearer <expired>')).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token", error_description="The access token expired"',
    });
    expect(await answer('Bearer nonsense')).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token", error_description="The access token is invalid"',
    });
  });

  const ALGS = 'algs="ES256 Ed25519 EdDSA RS256 PS256"';
  it.each([
    ['DPoP <expired>', 'The access token expired'],
    ['dpop nonsense', 'The access token is invalid'],
    ['DPoP <token>', 'The access token is not bound to the key of the proof'],
  ])('to %s asks for DPoP again', async (authorization, description) =>
    expect(await answer(authorization)).toEqual({
      status: 401,
      challenge: `DPoP error="invalid_token", error_description="${description}", ${ALGS}`,
      body: { error: 'invalid_token', error_description: description },
    }),
  );

  it('names the scope that a bound token lacks, and asks for DPoP again', async () => {
    const issuer = await Issuer.create();
    const device = await createDpopDevice();
    const token = await issuer.token({ cnf: { jkt: device.thumbprint } });
    const claims = { htm: 'GET', htu: ORDERS, iat: issuer.now, ath: await hashOfToken(token) };
    const presented = request(`DPoP ${token}`, { headers: { DPoP: await device.prove(claims) } });
    const outcome = await issuer.verifier().verify(presented, { scope: 'admin' });
    if (outcome.ok) throw new Error('It was not refused');
    const response = createResponse(outcome.refusal);
    expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([
      403,
      `DPoP error="insufficient_scope", error_description="The access token lacks a scope", scope="admin", ${ALGS}`,
    ]);
  });

  it('names the scope that is missing', async () => {
    expect(await answer('Bearer <token>', 'orders:read admin')).toMatchObject({
      status: 403,
      challenge:
        'Bearer error="insufficient_scope", error_description="The access token lacks a scope", scope="orders:read admin"',
      body: { error: 'insufficient_scope' },
    });
  });

  it('is none where every scope is there', async () => {
    const issuer = await Issuer.create();
    const outcome = await issuer
      .verifier()
      .verify(await issuer.token(), { scope: 'orders:write orders:read' });
    expect(verdict(outcome)).toBe('ok');
  });
});
