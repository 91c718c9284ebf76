import { afterEach, describe, expect, it, vi } from 'vitest';
import { createIssuer, local, type Tokens } from '../support/client.ts';
import { expectProblem } from '../support/problem.ts';
import { waitForRecord } from '../support/record.ts';
import { expectAlive, expectOver } from '../support/sessions.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('logout', () => {
  it('by the refresh token in the body', async () => {
    const tokens = await local.register('by-body');
    const json = { refresh_token: tokens.refresh_token };
    expect((await local.call('POST', '/auth/logout', { json })).status).toBe(204);
    await expectOver(tokens);
    await waitForRecord('by-body', (record) => record === null || record.sessions.length === 0);
  });

  it('by the access token alone', async () => {
    const tokens = await local.register('by-bearer');
    const bearer = tokens.access_token;
    expect((await local.call('POST', '/auth/logout', { bearer })).status).toBe(204);
    await expectOver(tokens);
  });

  it('by an expired access token and the refresh token', async () => {
    const issuer = createIssuer({ ACCESS_TOKEN_TTL: '1s' });
    const tokens = await issuer.register('by-both');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
    const json = { refresh_token: tokens.refresh_token };
    const both = { json, bearer: tokens.access_token };
    expect((await issuer.call('POST', '/auth/logout', both)).status).toBe(204);
    await expectOver(tokens);
  });

  it('twice says the same', async () => {
    const tokens = await local.register('twice-out');
    const json = { refresh_token: tokens.refresh_token };
    for (let time = 0; time < 2; time += 1) {
      const response = await local.call('POST', '/auth/logout', { json });
      expect(response.status).toBe(204);
    }
    await expectOver(tokens);
  });

  it('by a token that was spent long ago still ends its session', async () => {
    const first = await local.register('spent-out');
    const second = await (await local.refresh(first.refresh_token, { key: 'a' })).json<Tokens>();
    const json = { refresh_token: first.refresh_token };
    expect((await local.call('POST', '/auth/logout', { json })).status).toBe(204);
    await expectOver(second);
  });

  it('is final for a keyed repeat too', async () => {
    const first = await local.register('final-out');
    const second = await (await local.refresh(first.refresh_token, { key: 'a' })).json<Tokens>();
    await local.call('POST', '/auth/logout', { json: { refresh_token: second.refresh_token } });
    const repeat = await local.refresh(first.refresh_token, { key: 'a' });
    await expectProblem(repeat, 400, 'invalid_grant');
    await expectOver(second);
  });

  it('leaves the user’s other sessions alone', async () => {
    const laptop = await local.register('other-out');
    const phone = await local.login('other-out');
    await local.call('POST', '/auth/logout', { bearer: laptop.access_token });
    await expectOver(laptop);
    await expectAlive(phone);
  });

  it('without anything is 401', async () => {
    const response = await local.call('POST', '/auth/logout');
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    await expectProblem(response, 401);
  });

  it('races with refreshes and wins', async () => {
    const first = await local.register('racing-out');
    const answers = await Promise.all([
      local.refresh(first.refresh_token),
      local.call('POST', '/auth/logout', { json: { refresh_token: first.refresh_token } }),
      local.refresh(first.refresh_token),
    ]);
    expect(answers[1]?.status).toBe(204);
    for (const answer of answers) {
      if (answer?.status === 200) await expectOver(await answer.json<Tokens>());
    }
    await expectOver(first);
  });
});
