import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { MUTUAL_ALGORITHMS } from '../../src/core/settings/settings.ts';
import { createHttpsIssuer, createIssuer, local, PASSWORD, type Tokens } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { readFields } from '../support/digest-client.ts';
import { addCredential } from '../support/enrolment.ts';
import { createClient, enrol, issuer, PATH } from '../support/mutual-issuer.ts';
import { expectProblem } from '../support/problem.ts';

const clock = stopClock();

beforeAll(async () => {
  await enrol('ada');
});

describe('the exchange', () => {
  it('begins with a challenge that names scope, realm and reason', async () => {
    const response = await issuer.call('POST', PATH);
    expect(response.headers.get('www-authenticate')).toBe(
      'Mutual algorithm=iso-kam3-ec-p256-sha256, version=1, validation=host, auth-scope="localhost", realm="edgemint", reason=initial',
    );
    await expectProblem(response, 401);
    const other = createIssuer({ AUTH_SCHEMES: 'mutual,basic', MUTUAL_ALGORITHM: 'iso-kam3-dl-2048-sha256' });
    const header = (await other.call('POST', PATH)).headers.get('www-authenticate');
    expect(header).toMatch(/^Mutual algorithm=iso-kam3-dl-2048-sha256, .*, Basic realm="edgemint"/);
  });

  it.each(MUTUAL_ALGORITHMS)(
    'signs in by %s, in three steps, and the server proves itself',
    async (algorithm) => {
      const { client, seen } = createClient('ada', { algorithm });
      const response = await client.post({ transport: 'body' });
      const { access_token } = await response.json<Tokens>();
      expect(decodeJwt(access_token)).toMatchObject({ sub: 'ada', amr: ['pwd', 'mutual'] });
      expect(seen.map(({ status }) => status)).toEqual([401, 401, 200]);
      expect(readFields(seen[1]?.challenge ?? '')).toMatchObject({
        ...{ version: '1', algorithm, validation: 'host', 'auth-scope': 'localhost', realm: 'edgemint' },
        ...{ 'nc-max': '1000', 'nc-window': '128', time: '300', path: '/auth/login' },
        sid: expect.stringMatching(/^[0-9a-f]{36}$/),
        ks1: expect.stringMatching(/./),
      });
      expect(seen[1]?.challenge).not.toMatch(/reason|vks/);
      expect(seen[2]?.info).toMatch(/^version=1, sid=[0-9a-f]{36}, vks=/);
    },
  );

  it('is used again for 5 minutes, a number a request, and begun anew afterwards', async () => {
    const { client, seen } = createClient('ada');
    for (let turn = 0; turn < 4; turn += 1) expect((await client.post()).status).toBe(200);
    expect(seen.map(({ status }) => status)).toEqual([401, 401, 200, 200, 200, 200]);
    expect(seen.slice(2).map(({ authorization }) => readFields(authorization).nc)).toEqual([
      '0',
      '1',
      '2',
      '3',
    ]);
    clock.advance(300);
    expect((await client.post()).status).toBe(200);
    expect(seen.slice(6).map(({ status }) => status)).toEqual([401, 401, 200]);
    expect(readFields(seen[6]?.challenge ?? '').reason).toBe('stale-session');
  });

  it('holds the port and the scheme of https', async () => {
    const at = createHttpsIssuer({ AUTH_SCHEMES: 'mutual' });
    const { access_token: bearer } = await at.register('secured');
    const json = { type: 'mutual', password: PASSWORD };
    expect((await at.call('POST', '/auth/credentials', { bearer, json })).status).toBe(201);
    expect((await createClient('secured', { at }).client.post()).status).toBe(200);
    // The verifier is the host's: it is none for a user elsewhere.
    await expect(createClient('secured').client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
  });
});

it('the SDK’s client prepares name and password as the issuer does', async () => {
  const password = 'kumquat oboe 42 zithe\u0301r';
  const { access_token: bearer } = await (
    await local.call('POST', '/auth/register', { json: { username: 'Cased', password } })
  ).json<Tokens>();
  await addCredential(bearer, { type: 'mutual', password });
  const typed = 'kumquat\u00a0oboe\u300042 zith\u00e9r';
  expect((await createClient('CASED', { password: typed }).client.post()).status).toBe(200);
});
