import { beforeAll, describe, expect, it } from 'vitest';
import { createIssuer, local, PASSWORD, WRONG_PASSWORD } from '../support/client.ts';
import { createCountedBindings } from '../support/counting.ts';
import { expectProblem } from '../support/problem.ts';
import { basic, login, register } from '../support/sign-in.ts';

const CHALLENGE = 'Basic realm="edgemint", charset="UTF-8"';

describe('a sign-in', () => {
  const secret = 'pässwörd:with:colons 🐎';

  beforeAll(async () => {
    await register({ username: 'door', password: PASSWORD });
    await register({ username: 'utf8', password: secret });
  });

  it('by JSON answers 200 and a pair, with no-store', async () => {
    const response = await login({ username: 'door', password: PASSWORD });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', scope: 'account', generation: 0 });
  });

  it('by Basic takes UTF-8, and colons in the password', async () => {
    const response = await local.call('POST', '/auth/login', basic('utf8', secret));
    expect(response.status).toBe(200);
    const decomposed = basic('UTF8', secret.normalize('NFD'));
    expect((await local.call('POST', '/auth/login', decomposed)).status).toBe(200);
  });

  it('by Basic can ask for a cookie', async () => {
    const { headers } = basic('door', PASSWORD);
    const options = { headers, json: { transport: 'cookie' } };
    const response = await local.call('POST', '/auth/login', options);
    expect(response.status).toBe(200);
    expect(await response.json()).not.toHaveProperty('refresh_token');
    expect(response.headers.getSetCookie().join()).toContain('refresh-');
  });

  it('is refused in JSON by 400 invalid_grant without a challenge', async () => {
    const response = await login({ username: 'door', password: WRONG_PASSWORD });
    expect(response.headers.get('www-authenticate')).toBeNull();
    await expectProblem(response, 400, 'invalid_grant');
  });

  it('is refused in the header by 401 with the challenge', async () => {
    const response = await local.call('POST', '/auth/login', basic('door', WRONG_PASSWORD));
    expect(response.headers.get('www-authenticate')).toBe(CHALLENGE);
    await expectProblem(response, 401);
  });

  it('without credentials is 401 with the challenge', async () => {
    for (const options of [{}, { json: {} }, { json: { transport: 'body' } }]) {
      const response = await local.call('POST', '/auth/login', options);
      expect(response.headers.get('www-authenticate')).toBe(CHALLENGE);
      await expectProblem(response, 401);
    }
  });

  it('with half of the credentials is 400', async () => {
    await expectProblem(await login({ username: 'door' }), 400, 'invalid_request');
    await expectProblem(await login({ password: PASSWORD }), 400, 'invalid_request');
  });

  it('with two kinds of credentials is 400', async () => {
    const json = { username: 'door', password: PASSWORD };
    const response = await local.call('POST', '/auth/login', { ...basic('door', PASSWORD), json });
    await expectProblem(response, 400, 'invalid_request');
  });

  it.each([
    'Digest username="door"',
    'Bearer abc',
    'Negotiate abc',
    'Basic',
    'Basic ',
    'Basic !!!',
    'Basic YQ',
    'Basic YWJj',
    'Basic /zo=',
    'Basic ZG9vcjo=, Basic ZG9vcjo=',
    `Basic ${btoa('door:\u0000')}`,
    `Basic ${'A'.repeat(20_000)}`,
  ])('with an Authorization header that is no use is 401 with the challenge: %#', async (Authorization) => {
    const response = await local.call('POST', '/auth/login', { headers: { Authorization } });
    expect(response.headers.get('www-authenticate')).toBe(CHALLENGE);
    await expectProblem(response, 401);
  });
});

describe('an unknown user and a wrong password', () => {
  beforeAll(async () => {
    await register({ username: 'known', password: PASSWORD });
  });

  const seen = async (response: Response) => ({
    status: response.status,
    headers: [...response.headers].filter(([name]) => name !== 'date'),
    body: await response.text(),
  });

  it('get the same answer in JSON', async () => {
    const [known, unknown] = await Promise.all(
      ['known', 'unknown'].map(async (username) => seen(await login({ username, password: WRONG_PASSWORD }))),
    );
    expect(known).toEqual(unknown);
  });

  it('get the same answer to a header', async () => {
    const [known, unknown] = await Promise.all(
      ['known', 'unknown'].map(async (username) =>
        seen(await local.call('POST', '/auth/login', basic(username, WRONG_PASSWORD))),
      ),
    );
    expect(known).toEqual(unknown);
  });

  it('cost the same calls', async () => {
    const { vars, calls } = createCountedBindings();
    const issuer = createIssuer(vars);
    await login({ username: 'known', password: WRONG_PASSWORD }, issuer);
    const known = calls.splice(0);
    await login({ username: 'unknown', password: WRONG_PASSWORD }, issuer);
    expect(calls).toEqual(known);
    expect(known).toContain('PASSWORD_DESK.check');
  });

  it('are answered no sooner than FAILURE_DELAY', async () => {
    const patient = createIssuer({ FAILURE_DELAY: '1s' });
    const startedAt = performance.now();
    const usernames = ['known', 'unknown', 'not a username'];
    const took = await Promise.all(
      usernames.map(async (username) => {
        await login({ username, password: WRONG_PASSWORD }, patient);
        return performance.now() - startedAt;
      }),
    );
    for (const milliseconds of took) expect(milliseconds).toBeGreaterThanOrEqual(990);
  });
});
