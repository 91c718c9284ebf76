import { describe, expect, it } from 'vitest';
import { createVerifier } from '../../src/verify/index.ts';
import { createHttpsIssuer, HTTPS_ORIGIN, local, testEnv } from '../support/client.ts';
import { forgeAccessTokens } from '../support/forgeries.ts';
import { createOpenIssuer, PageBrowser, registerClient } from '../support/oauth.ts';
import { waitForRecord } from '../support/record.ts';

describe('an API behind the issuer', () => {
  const api = (issuer: typeof local, origin: string, audience = origin) => {
    const asked: string[] = [];
    const verifier = createVerifier({
      issuer: origin,
      audience,
      fetch(url) {
        asked.push(url);
        return issuer.call('GET', url.slice(origin.length));
      },
    });
    return { verifier, asked };
  };

  it('takes the issuer’s tokens, and asks it for its keys and its list of statuses once', async () => {
    const { verifier, asked } = api(local, local.origin);
    const { access_token: token } = await local.register('verified-anywhere');
    for (let turn = 0; turn < 3; turn += 1)
      expect(await verifier.verify(token, { scope: 'account' })).toMatchObject({
        ok: true,
        claims: { sub: 'verified-anywhere', client_id: 'edgemint' },
      });
    expect(asked).toEqual([`${local.origin}/.well-known/jwks.json`, `${local.origin}/status/0`]);
  });

  it('takes them with EdDSA, and with an audience of its own', async () => {
    const issuer = createHttpsIssuer({ SIGNING_ALG: 'EdDSA', AUDIENCE: 'https://api.example.com' });
    const { access_token: token } = await issuer.register('verified-eddsa');
    const mine = await api(issuer, HTTPS_ORIGIN, 'https://api.example.com').verifier.verify(token);
    expect(mine).toMatchObject({ ok: true, claims: { sub: 'verified-eddsa' } });
    const other = await api(issuer, HTTPS_ORIGIN, 'https://other.example.com').verifier.verify(token);
    expect(other).toMatchObject({ refusal: { reason: 'wrong_audience' } });
  });

  it('takes nothing else that the issuer signs or seals, were it for this very API', async () => {
    const issuer = createOpenIssuer();
    const client = await registerClient(issuer);
    const browser = await PageBrowser.ofNewUser(issuer, 'verified-others');
    const tokens = await browser.tokensFor(client);
    const list = await (await issuer.call('GET', '/status/0')).text();
    const asClient = api(issuer, issuer.origin, client.client_id).verifier;
    const refusals = [tokens.id_token, list, tokens.refresh_token].map(async (token) => {
      const outcome = await asClient.verify(token);
      return !outcome.ok && [outcome.refusal.status, outcome.refusal.reason];
    });
    expect(await Promise.all(refusals)).toEqual([
      [401, 'wrong_type'],
      [401, 'wrong_type'],
      [401, 'malformed'],
    ]);
  });

  it('takes none of the tokens that are forged, before and after it has seen the good one', async () => {
    const { verifier } = api(local, local.origin);
    const { access_token: good } = await local.register('verified-forged');
    const forgeries = await forgeAccessTokens(good);
    // Both are what the issuer could sign: keys are published an epoch ahead, and a client's own token has no session.
    for (const kind of ["the next epoch's key", 'no session']) delete forgeries[kind];
    expect(Object.keys(forgeries).length).toBeGreaterThan(55);
    const taken = async () => {
      const outcomes = Object.entries(forgeries).map(async ([kind, token]) => {
        const outcome = await verifier.verify(token);
        return outcome.ok || outcome.refusal.status !== 401 ? [kind] : [];
      });
      return (await Promise.all(outcomes)).flat();
    };
    expect(await taken()).toEqual([]);
    for (let turn = 0; turn < 2; turn += 1) expect(await verifier.verify(good)).toMatchObject({ ok: true });
    expect(await taken()).toEqual([]);
  });

  it('may read the KV record instead, on Workers of the same account', async () => {
    const asked: string[] = [];
    let ahead = 0;
    const verifier = createVerifier({
      issuer: local.origin,
      audience: local.origin,
      records: testEnv.REFRESH_TOKENS,
      clock: () => Date.now() / 1_000 + ahead,
      fetch(url) {
        asked.push(url);
        return local.call('GET', url.slice(local.origin.length));
      },
    });
    const { access_token: bearer } = await local.register('verified-by-record');
    const { access_token: other, session } = await local.login('verified-by-record');
    for (const token of [bearer, other]) expect(await verifier.verify(token)).toMatchObject({ ok: true });
    await local.call('POST', '/auth/logout', { bearer });
    // The guard writes the record after the answer, and the verifier's copy of it has its time.
    await waitForRecord(
      'verified-by-record',
      (record) => record?.sessions.map(({ sid }) => sid).join() === session,
    );
    ahead = 60;
    expect(await verifier.verify(bearer)).toMatchObject({ refusal: { reason: 'revoked' } });
    expect(await verifier.verify(other)).toMatchObject({ ok: true });
    expect(asked).toEqual([`${local.origin}/.well-known/jwks.json`]);
  });
});
