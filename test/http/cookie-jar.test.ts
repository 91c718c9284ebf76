import { describe, expect, it } from 'vitest';
import { APP_ORIGIN, isSignedIn, LOCAL_ORIGIN, local, type Tokens } from '../support/client.ts';
import { loginPage, nameOf, pairOf, refreshPage, registerPage } from '../support/cookies.ts';
import { createJar } from '../support/jar.ts';
import { expectProblem } from '../support/problem.ts';

describe('a jar that is out of order', () => {
  it('with 60 stale cookies still renews', async () => {
    const { jar, tokens } = await registerPage(local, 'hoarder');
    const value = jar.get(nameOf(tokens)) ?? '';
    const full = createJar();
    for (let index = 0; index < 60; index += 1)
      full.put(`refresh-tgk1x${index}_8f3a09c2d4e5b6a7-${index}`, value);
    full.put(nameOf(tokens), value);
    const response = await refreshPage(local, full, { json: pairOf(tokens), key: 'k' });
    expect(await response.json()).toMatchObject({ session: tokens.session, generation: 1 });
    expect((await refreshPage(local, full)).status).toBe(200);
  });

  it('behind 300 cookies of others still renews', async () => {
    const { jar, tokens } = await registerPage(local, 'neighbour');
    const full = createJar();
    for (let index = 0; index < 300; index += 1) full.put(`other-${index}`, 'x');
    full.put(nameOf(tokens), jar.get(nameOf(tokens)) ?? '');
    const response = await refreshPage(local, full, { json: pairOf(tokens), key: 'k' });
    expect(await response.json()).toMatchObject({ session: tokens.session, generation: 1 });
  });

  it('takes no notice of malformed names', async () => {
    const { jar, tokens } = await registerPage(local, 'malformed');
    const value = jar.get(nameOf(tokens)) ?? '';
    const { session } = tokens;
    const names = [
      'refresh-',
      'refresh--0',
      `refresh-${session}`,
      `refresh-${session}-`,
      `refresh-${session}-00`,
      `refresh-${session}--1`,
      `refresh-${session}-0x0`,
      `refresh-${session}-1e3`,
      `refresh-${session}-99999999999999999999`,
      `refresh-${session}-0-0`,
      `refresh-${session.toUpperCase()}-0`,
      `REFRESH-${session}-0`,
      'refresh-__proto__-0',
    ];
    for (const name of names) {
      await expectProblem(await refreshPage(local, createJar([[name, value]])), 400, 'invalid_grant');
    }
    const noise = `; ;=;=x;refresh-;a b=c;"q"="; ${names.map((name) => `${name}=${value}`).join(';')}`;
    const Cookie = `${noise};${nameOf(tokens)}=${value};\t;`;
    const response = await refreshPage(local, undefined, { headers: { Cookie } });
    expect(await response.json()).toMatchObject({ session, generation: 1 });
  });

  it('does not count a cookie whose token is not what its name says', async () => {
    const { jar, tokens } = await registerPage(local, 'mislabelled');
    const { jar: otherJar, tokens: other } = await loginPage(local, 'mislabelled');
    const value = jar.get(nameOf(tokens)) ?? '';
    const wrong = createJar([
      [nameOf({ session: tokens.session, generation: 1 }), value],
      [nameOf(other), value],
      [nameOf({ session: other.session, generation: 5 }), 'not.a.token.at.all'],
    ]);
    await expectProblem(await refreshPage(local, wrong), 400, 'invalid_grant');
    const asOther = await refreshPage(local, wrong, { json: pairOf(other), key: 'k' });
    await expectProblem(asOther, 400, 'invalid_grant');
    expect((await refreshPage(local, jar, { json: pairOf(tokens), key: 'k' })).status).toBe(200);
    expect((await refreshPage(local, otherJar, { json: pairOf(other), key: 'k' })).status).toBe(200);
  });

  it('does not take the token of a body session, planted as a cookie', async () => {
    const tokens = await local.register('planted');
    const jar = createJar([[nameOf(tokens), tokens.refresh_token]]);
    for (const origin of [APP_ORIGIN, LOCAL_ORIGIN]) {
      const response = await refreshPage(local, jar, { origin, json: pairOf(tokens), key: 'k' });
      await expectProblem(response, 400, 'invalid_grant');
    }
    const curl = await local.call('POST', '/auth/refresh', { jar });
    await expectProblem(curl, 400, 'invalid_grant');
    expect((await local.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('that lost an answer gets the same generation by its key', async () => {
    const { jar, tokens } = await registerPage(local, 'lossy');
    const lost = await refreshPage(local, jar.copy(), { json: pairOf(tokens), key: 'a' });
    expect(lost.status).toBe(200);
    const repeated = await refreshPage(local, jar, { json: pairOf(tokens), key: 'a' });
    expect(repeated.headers.get('refresh-outcome')).toBe('repeated');
    const first = await repeated.json<Tokens>();
    expect(jar.refreshNames()).toEqual([nameOf(first)]);
    expect((await refreshPage(local, jar, { json: pairOf(first), key: 'b' })).status).toBe(200);
  });

  it('finds the good one of two cookies of one name', async () => {
    const { jar, tokens } = await registerPage(local, 'doubled');
    const name = nameOf(tokens);
    const value = jar.get(name) ?? '';
    const first = await refreshPage(local, undefined, {
      headers: { Cookie: `${name}=junk; ${name}=${value}` },
      json: pairOf(tokens),
      key: 'k',
    });
    expect(first.status).toBe(200);
    const again = await refreshPage(local, undefined, {
      headers: { Cookie: `${name}=${value}; ${name}=junk` },
      json: pairOf(tokens),
      key: 'k',
    });
    expect(again.headers.get('refresh-outcome')).toBe('repeated');
  });

  it('with an older cookie set over a newer one signs nobody out', async () => {
    const { jar, tokens } = await registerPage(local, 'disordered');
    const older = jar.copy();
    const first = await (await refreshPage(local, jar, { json: pairOf(tokens), key: 'a' })).json<Tokens>();
    // The answer that set the newer cookie came first, the one before it late.
    jar.put(nameOf(tokens), older.get(nameOf(tokens)) ?? '');
    const second = await refreshPage(local, jar, { json: pairOf(first), key: 'b' });
    expect(await second.json()).toMatchObject({ session: tokens.session, generation: 2 });
  });
});

describe('two users in one jar', () => {
  it('each go on with their own cookie', async () => {
    const jar = createJar();
    const alice = await registerPage(local, 'jar-alice', jar);
    const bob = await registerPage(local, 'jar-bob', jar);
    expect(jar.refreshNames()).toHaveLength(2);
    for (const { tokens } of [alice, bob]) {
      const response = await refreshPage(local, jar, { json: pairOf(tokens), key: 'k' });
      expect(await response.json()).toMatchObject({ session: tokens.session, generation: 1 });
    }
    for (const { tokens } of [alice, bob]) {
      const bearer = tokens.access_token;
      const response = await refreshPage(local, jar, { bearer });
      expect(await response.json()).toMatchObject({ session: tokens.session, generation: 2 });
    }
    expect(jar.refreshNames()).toHaveLength(2);
  });

  it('refuses the access token of one with the pair of the other', async () => {
    const jar = createJar();
    const alice = await registerPage(local, 'mixed-alice', jar);
    const bob = await registerPage(local, 'mixed-bob', jar);
    const bearer = alice.tokens.access_token;
    const response = await refreshPage(local, jar, { json: pairOf(bob.tokens), key: 'k', bearer });
    await expectProblem(response, 400, 'invalid_grant');
    for (const { tokens } of [alice, bob]) {
      expect((await refreshPage(local, jar, { json: pairOf(tokens), key: 'k' })).status).toBe(200);
    }
  });

  it('a logout clears and ends only its own session', async () => {
    const jar = createJar();
    const alice = await registerPage(local, 'leaving', jar);
    const bob = await registerPage(local, 'staying', jar);
    const bearer = alice.tokens.access_token;
    jar.put(nameOf({ session: alice.tokens.session, generation: 9 }), 'stale');
    const response = await local.call('POST', '/auth/logout', { jar, origin: APP_ORIGIN, bearer });
    expect(response.status).toBe(204);
    expect(jar.refreshNames()).toEqual([nameOf(bob.tokens)]);
    expect(await isSignedIn(local, alice.tokens.access_token)).toBe(false);
    expect(await isSignedIn(local, bob.tokens.access_token)).toBe(true);
    expect((await refreshPage(local, jar)).status).toBe(200);
  });

  it('a logout by cookie alone ends the newest session of the jar', async () => {
    const { jar, tokens } = await registerPage(local, 'cookie-logout');
    const before = jar.copy();
    const response = await local.call('POST', '/auth/logout', { jar, origin: APP_ORIGIN });
    expect(response.status).toBe(204);
    expect(jar.refreshNames()).toEqual([]);
    expect(await isSignedIn(local, tokens.access_token)).toBe(false);
    await expectProblem(await refreshPage(local, before), 400, 'invalid_grant');
  });

  it('a logout that names a session ends that one', async () => {
    const jar = createJar();
    const alice = await registerPage(local, 'named-leaving', jar);
    const bob = await registerPage(local, 'named-staying', jar);
    const json = { session: alice.tokens.session };
    const response = await local.call('POST', '/auth/logout', { jar, origin: APP_ORIGIN, json });
    expect(response.status).toBe(204);
    expect(await isSignedIn(local, alice.tokens.access_token)).toBe(false);
    expect(await isSignedIn(local, bob.tokens.access_token)).toBe(true);
  });
});
