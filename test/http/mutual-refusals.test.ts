import { beforeAll, describe, expect, it } from 'vitest';
import { createIssuer, local, PASSWORD, WRONG_PASSWORD } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { createCountedBindings } from '../support/counting.ts';
import { readFields } from '../support/digest-client.ts';
import { addCredential } from '../support/enrolment.ts';
import { createClient, enrol, headersOf, issuer, PATH, reasonOf, send } from '../support/mutual-issuer.ts';
import { expectProblem } from '../support/problem.ts';

const clock = stopClock();

beforeAll(async () => {
  await enrol('ada');
});

describe('what is refused', () => {
  it('a wrong password, an unknown user, one without the credential: all at the same step', async () => {
    await local.register('plain');
    for (const [username, password] of [
      ['ada', WRONG_PASSWORD],
      ['nobody', PASSWORD],
      ['plain', PASSWORD],
    ] as const) {
      const { client, seen } = createClient(username, { password });
      await expect(client.post(), username).rejects.toMatchObject({ code: 'wrong_credentials' });
      expect(
        seen.map(({ status }) => status),
        username,
      ).toEqual([401, 401, 401]);
      expect(readFields(seen[2]?.challenge ?? '').reason).toBe('auth-failed');
    }
  });

  it('a second guess at one exchange', async () => {
    await enrol('guessed-once');
    const { client, seen } = createClient('guessed-once', { password: WRONG_PASSWORD });
    await expect(client.post()).rejects.toThrow();
    expect(reasonOf(await send(seen[2]?.authorization ?? ''))).toBe('stale-session');
  });

  it('a replay, which ends the session', async () => {
    await enrol('replayed');
    const { client, seen } = createClient('replayed');
    await client.post();
    await client.post();
    const replay = await send(seen[2]?.authorization ?? '');
    expect(reasonOf(replay)).toBe('stale-session');
    await expectProblem(replay, 401);
    expect((await client.post()).status).toBe(200);
    expect(seen.slice(4).map(({ status }) => status)).toEqual([401, 401, 200]);
  });

  it('one proof sent many times at once, but once', async () => {
    await enrol('raced');
    const statuses: number[] = [];
    const { client } = createClient('raced', {
      async fetch(_url, init) {
        const headers = headersOf(init);
        const times = headers.authorization?.includes('vkc=') ? 5 : 1;
        const answers = await Promise.all(
          Array.from({ length: times }, () => issuer.call('POST', PATH, { headers })),
        );
        statuses.push(...answers.map(({ status }) => status));
        return answers.find(({ status }) => status === 200) ?? (answers[0] as Response);
      },
    });
    expect((await client.post()).status).toBe(200);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses).toHaveLength(7);
  });

  it.each([
    ['another realm', (text: string) => text.replace('realm="edgemint"', 'realm="elsewhere"')],
    ['another scope', (text: string) => text.replace('auth-scope="localhost"', 'auth-scope="evil.example"')],
    ['another number', (text: string) => text.replace(/nc=\d+/, 'nc=5')],
    ['another session', (text: string) => text.replace(/sid=[0-9a-f]{36}/, `sid=${'0'.repeat(36)}`)],
    [
      'another algorithm',
      (text: string) =>
        text.replace('p256-sha256', 'p521-sha512').replace(/vkc=\w+/, `vkc=${'0'.repeat(128)}`),
    ],
    ['half a proof', (text: string) => text.replace(/(vkc=\w{32})\w+/, '$1')],
    ['a number too large', (text: string) => text.replace(/nc=\d+/, 'nc=1001')],
  ])('%s', async (name, change) => {
    const username = name.replaceAll(' ', '-');
    await enrol(username);
    let held = '';
    const { client } = createClient(username, {
      async fetch(_url, init) {
        const headers = headersOf(init);
        const isProof = headers.authorization?.includes('vkc=') ?? false;
        if (isProof) held = headers.authorization ?? '';
        if (isProof) headers.authorization = change(held);
        return issuer.call('POST', PATH, { headers });
      },
    });
    await expect(client.post()).rejects.toThrow();
    expect(held).not.toBe(change(held));
  });

  it('another user’s exchange', async () => {
    await enrol('eve');
    const mine = createClient('eve');
    await mine.client.post();
    const theirs = createClient('ada');
    await theirs.client.post();
    const sid = readFields(theirs.seen[2]?.authorization ?? '').sid ?? '';
    const mixed = (mine.seen[2]?.authorization ?? '')
      .replace(/sid=\w+/, `sid=${sid}`)
      .replace('nc=0', 'nc=9');
    const response = await send(mixed);
    expect(reasonOf(response)).toBe('auth-failed');
    await expectProblem(response, 401);
    expect((await theirs.client.post()).status).toBe(200);
  });

  it('a value that is no element', async () => {
    const common =
      'Mutual version=1, algorithm=iso-kam3-ec-p256-sha256, validation=host, auth-scope="localhost", realm="edgemint"';
    for (const kc1 of ['ff'.repeat(33), '00', ''])
      await expectProblem(await send(`${common}, user="ada", kc1=${kc1}`), 401);
  });

  it('a session whose credential ended, or whose password changed', async () => {
    const bearer = await enrol('changing');
    const { client } = createClient('changing');
    await client.post();
    const next = `${PASSWORD} next`;
    expect(
      (await local.call('PUT', '/auth/password', { bearer, json: { current: PASSWORD, next } })).status,
    ).toBe(204);
    await expect(client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
    const renewed = createClient('changing', { password: next });
    expect((await renewed.client.post()).status).toBe(200);
    expect((await local.call('DELETE', '/auth/credentials/mutual', { bearer })).status).toBe(204);
    await expect(renewed.client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
  });

  it('a session of before its credential was ended, though it is added again with the same password', async () => {
    const bearer = await enrol('added-again');
    const { client, seen } = createClient('added-again');
    await client.post();
    expect((await local.call('DELETE', '/auth/credentials/mutual', { bearer })).status).toBe(204);
    clock.advance(1);
    await addCredential(bearer, { type: 'mutual', password: PASSWORD });
    await client.post();
    expect(readFields(seen[3]?.challenge ?? '').reason).toBe('stale-session');
    expect(seen.slice(3).map(({ status }) => status)).toEqual([401, 401, 200]);
  });
});

describe('guessing', () => {
  it('is throttled with the password’s other doors, and an invented user is too, at the same calls', async () => {
    await enrol('victim');
    const { vars, calls } = createCountedBindings();
    const counted = createIssuer({ ...vars, AUTH_SCHEMES: 'mutual' });
    const costs: string[][] = [];
    for (const username of ['victim', 'invented']) {
      for (let attempt = 0; attempt < 10; attempt += 1) {
        calls.splice(0);
        const { client } = createClient(username, { password: WRONG_PASSWORD, at: counted });
        await expect(client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
        if (attempt === 0) costs.push(calls.splice(0));
      }
      const { client } = createClient(username);
      await expect(client.post(), username).rejects.toMatchObject({ code: 'try_later' });
    }
    expect(costs[1]).toEqual(costs[0]);
    expect(costs[0]).toContain('PASSWORD_DESK.settleExchange');
    await expectProblem(
      await local.call('POST', PATH, { json: { username: 'victim', password: PASSWORD } }),
      429,
    );
  });

  it('by beginning exchanges keeps nobody out: the oldest unproven one goes', async () => {
    await enrol('flooded');
    const owner = createClient('flooded');
    await owner.client.post();
    const begin = createClient('flooded', { password: WRONG_PASSWORD });
    await begin.client.post().catch(() => undefined);
    const { authorization } = begin.seen[1] ?? { authorization: '' };
    for (let turn = 0; turn < 40; turn += 1) expect((await send(authorization)).status).toBe(401);
    expect((await owner.client.post()).status).toBe(200);
    expect(owner.seen).toHaveLength(4);
  });
});
