import { describe, expect, it } from 'vitest';
import { APP_ORIGIN, createIssuer, local } from '../support/client.ts';
import { loginPage, pairOf, refreshPage, registerPage } from '../support/cookies.ts';
import { createCountedBindings } from '../support/counting.ts';
import { createJar } from '../support/jar.ts';
import { expectProblem } from '../support/problem.ts';

const { vars, calls } = createCountedBindings();
const issuer = createIssuer(vars);

/** What a page needs to go on safely: to know what its jar holds, why it was refused, and where a cookie can't work. */
describe('a page that has lost its pair', () => {
  it('learns the newest one, and whose it is, and nothing is spent or asked of a guard', async () => {
    const { jar, tokens } = await registerPage(issuer, 'forgetful');
    const second = await loginPage(issuer, 'forgetful', jar);
    const next = await refreshPage(issuer, jar, { json: pairOf(second.tokens), key: 'k' });
    expect(next.status).toBe(200);
    calls.length = 0;
    for (let time = 0; time < 2; time += 1) {
      const response = await issuer.call('POST', '/auth/jar', { jar, origin: APP_ORIGIN });
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toEqual({
        session: second.tokens.session,
        generation: 1,
        username: 'forgetful',
      });
    }
    expect(calls).toEqual([]);
    expect((await refreshPage(issuer, jar, { json: pairOf(tokens), key: 'k' })).status).toBe(200);
  });

  it('learns the newest one of the session that it names, and none of others', async () => {
    const { jar, tokens } = await registerPage(local, 'older');
    await loginPage(local, 'older', jar);
    const ask = (session: string) =>
      local.call('POST', '/auth/jar', { jar, origin: APP_ORIGIN, json: { session } });
    expect(await (await ask(tokens.session)).json()).toEqual({ ...pairOf(tokens), username: 'older' });
    expect((await ask('gone')).status).toBe(204);
  });

  it('learns that there is none, of its origin', async () => {
    const { jar } = await registerPage(local, 'elsewhere');
    for (const [held, origin] of [
      [createJar(), APP_ORIGIN],
      [jar, local.origin],
    ] as const) {
      const response = await local.call('POST', '/auth/jar', { jar: held, origin });
      expect(response.status).toBe(204);
    }
  });

  it('learns nothing if it is a page that may not ask', async () => {
    const { jar } = await registerPage(local, 'asked');
    for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'same-origin' }]) {
      await expectProblem(await local.call('POST', '/auth/jar', { jar, headers }), 403, 'invalid_request');
    }
  });
});

describe('the end of a session', () => {
  it('by reuse, and by a logout, is told to programs too', async () => {
    const { jar, tokens } = await registerPage(local, 'reasons');
    const stolen = jar.copy();
    expect((await refreshPage(local, jar, { json: pairOf(tokens), key: 'mine' })).status).toBe(200);
    for (let time = 0; time < 2; time += 1) {
      const refused = await refreshPage(local, stolen, { json: pairOf(tokens), key: 'theirs' });
      expect(await expectProblem(refused, 400, 'invalid_grant')).toMatchObject({ reason: 'reuse' });
    }
    const second = await loginPage(local, 'reasons');
    const kept = second.jar.copy();
    await local.call('POST', '/auth/logout', { jar: second.jar, origin: APP_ORIGIN });
    const refused = await refreshPage(local, kept, { json: pairOf(second.tokens), key: 'k' });
    expect(await expectProblem(refused, 400, 'invalid_grant')).toMatchObject({ reason: 'ended' });
  });

  it('has no reason where there was no session', async () => {
    const refused = await refreshPage(local, createJar());
    expect(await expectProblem(refused, 400, 'invalid_grant')).not.toHaveProperty('reason');
  });
});

describe('a page of another site', () => {
  const signIn = (username: string, site: string, transport: string) =>
    local.call('POST', '/auth/register', {
      json: { username, password: 'correct-Horse 7 battery', transport },
      origin: APP_ORIGIN,
      headers: { 'Sec-Fetch-Site': site },
    });

  it('gets no cookie, which no browser would keep, and no account is made', async () => {
    await expectProblem(await signIn('cross', 'cross-site', 'cookie'), 400, 'invalid_request');
    expect((await signIn('cross', 'cross-site', 'body')).status).toBe(201);
  });

  it('is none that is of the same site', async () => {
    expect((await signIn('sibling', 'same-site', 'cookie')).status).toBe(201);
  });
});
