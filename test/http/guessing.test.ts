import { describe, expect, it } from 'vitest';
import {
  type Client,
  createHttpsIssuer,
  createIssuer,
  local,
  PASSWORD,
  WRONG_PASSWORD,
} from '../support/client.ts';
import { createJar, parseSetCookies } from '../support/jar.ts';
import { expectProblem } from '../support/problem.ts';
import { basic, login, register } from '../support/sign-in.ts';

describe('guessing', () => {
  const wrong = (username: string, client: Client = local) =>
    login({ username, password: WRONG_PASSWORD }, client);
  const expectThrottled = async (response: Response) => {
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(300);
    await expectProblem(response, 429);
  };

  it('ends in 429 for strangers, while the owner’s device gets in', async () => {
    const jar = createJar();
    const owned = { username: 'guessed', password: PASSWORD };
    await local.call('POST', '/auth/register', { json: owned, jar });
    const statuses = [];
    for (let attempt = 0; attempt < 10; attempt += 1) statuses.push((await wrong('guessed')).status);
    expect(statuses).toEqual(Array(10).fill(400));
    await expectThrottled(await wrong('guessed'));
    await expectThrottled(await login(owned));
    await expectThrottled(await local.call('POST', '/auth/login', basic('guessed', PASSWORD)));

    const device = jar.names().filter((name) => name.startsWith('device-'));
    expect(device).toHaveLength(1);
    expect((await login(owned, local, jar)).status).toBe(200);
    const forged = createJar([[String(device[0]), 'forged.device.cookie.x.y']]);
    await expectThrottled(await login(owned, local, forged));
    await register({ username: 'other-device', password: PASSWORD });
    const others = createJar();
    await login({ username: 'other-device', password: PASSWORD }, local, others);
    const value = others.get(String(others.names()[0])) ?? '';
    await expectThrottled(await login(owned, local, createJar([[String(device[0]), value]])));
  });

  it('gets no more guesses by forty at once', async () => {
    await register({ username: 'flooded', password: PASSWORD });
    const answers = await Promise.all(Array.from({ length: 40 }, () => wrong('flooded')));
    const hashed = answers.filter(({ status }) => status === 400);
    const throttled = answers.filter(({ status }) => status === 429);
    expect(hashed.length).toBe(10);
    expect(throttled.length).toBe(30);
  });

  it('throttles an unknown user the same way', async () => {
    const answers = await Promise.all(Array.from({ length: 15 }, () => wrong('never-registered')));
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(5);
    await expectThrottled(await wrong('never-registered'));
  });

  it('leaves the refreshes of its victim alone', async () => {
    const tokens = await local.register('busy');
    let guessed = 0;
    const flood = Array.from({ length: 12 }, async () => {
      await wrong('busy');
      guessed += 1;
    });
    expect((await local.refresh(tokens.refresh_token)).status).toBe(200);
    // Who waits for the hashes waits for all of them.
    expect(guessed).toBeLessThan(5);
    await Promise.all(flood);
  });

  it('is limited by address, whatever the usernames', async () => {
    let asked = 0;
    const limit = async ({ key }: { key: string }) => {
      asked += 1;
      return { success: key !== '198.51.100.9' && key !== '2001:db8:0:1' };
    };
    const issuer = createIssuer({ SIGN_IN_LIMIT: { limit }, REGISTRATION_LIMIT: { limit } });
    for (const address of ['198.51.100.9', '2001:db8:0:1::5', '2001:DB8::1:0:0:0:7']) {
      const headers = { 'cf-connecting-ip': address };
      for (const path of ['/auth/login', '/auth/register']) {
        const json = { username: 'addressed', password: PASSWORD };
        const response = await issuer.call('POST', path, { json, headers });
        expect(response.headers.get('retry-after'), address).toBe('60');
        await expectProblem(response, 429);
      }
    }
    expect(asked).toBe(6);
  });
});

describe('the device cookie', () => {
  it('says nothing about its user, and has the right flags', async () => {
    const https = createHttpsIssuer();
    const response = await register({ username: 'devoted', password: PASSWORD }, https);
    const [cookie, ...others] = parseSetCookies(response);
    expect(others).toEqual([]);
    expect(cookie?.name).toMatch(/^__Host-device-[\w-]{12}$/);
    expect(Object.fromEntries(cookie?.attributes ?? [])).toEqual({
      'max-age': '31536000',
      path: '/',
      httponly: '',
      secure: '',
      samesite: 'Strict',
    });
    expect(
      JSON.stringify(
        cookie?.value.split('.').map((part) => atob(part.replace(/-/g, '+').replace(/_/g, '/'))),
      ),
    ).not.toContain('devoted');
  });
});
