import { decodeJwt } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createIssuer, local, PASSWORD, type Tokens, WRONG_PASSWORD } from '../support/client.ts';
import { createPausingDesks } from '../support/pausing-desk.ts';
import { expectProblem } from '../support/problem.ts';
import { waitForRecord } from '../support/record.ts';
import { expectAlive, expectOver, list } from '../support/sessions.ts';

const NEXT_PASSWORD = 'quite-another Donkey 9';
afterEach(() => {
  vi.useRealTimers();
});

describe('a password change', () => {
  const change = (tokens: Tokens, json: object) =>
    local.call('PUT', '/auth/password', { json, bearer: tokens.access_token });
  const login = (username: string, password: string, client = local) =>
    client.call('POST', '/auth/login', { json: { username, password } });

  it('with the current password ends the other sessions, and this one lives', async () => {
    const laptop = await local.register('changer');
    const phone = await local.login('changer');
    const response = await change(laptop, { current: PASSWORD, next: NEXT_PASSWORD });
    expect(response.status).toBe(204);
    await expectOver(phone);
    await expectAlive(laptop);
    expect((await local.refresh(laptop.refresh_token)).status).toBe(200);
    await expectProblem(await login('changer', PASSWORD), 400, 'invalid_grant');
    expect((await login('changer', NEXT_PASSWORD)).status).toBe(200);
    await waitForRecord('changer', (record) => record?.sessions.length === 2);
  });

  it('needs no current password just after a sign-in, but five minutes later', async () => {
    const tokens = await local.register('fresh');
    expect((await change(tokens, { next: NEXT_PASSWORD })).status).toBe(204);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 });
    const stale = await change(tokens, { next: PASSWORD });
    await expectProblem(stale, 400, 'invalid_grant');
    // A refresh is no sign-in: `auth_time` stays.
    const refreshed = await (await local.refresh(tokens.refresh_token)).json<Tokens>();
    expect(decodeJwt(refreshed.access_token).auth_time).toBe(decodeJwt(tokens.access_token).auth_time);
    await expectProblem(await change(refreshed, { next: PASSWORD }), 400, 'invalid_grant');
    expect((await change(refreshed, { current: NEXT_PASSWORD, next: PASSWORD })).status).toBe(204);
  });

  it('is refused for a wrong current password and for a weak new one, and changes nothing', async () => {
    const laptop = await local.register('stubborn');
    const phone = await local.login('stubborn');
    const wrong = await change(laptop, { current: WRONG_PASSWORD, next: NEXT_PASSWORD });
    await expectProblem(wrong, 400, 'invalid_grant');
    for (const next of ['password1', 'short', 'x'.repeat(300), 'stubborn']) {
      await expectProblem(await change(laptop, { next }), 400, 'invalid_request');
    }
    await expectProblem(await change(laptop, { current: PASSWORD }), 400, 'invalid_request');
    await expectAlive(laptop);
    await expectAlive(phone);
    expect((await login('stubborn', PASSWORD)).status).toBe(200);
  });

  it('beats a login that is under way with the old password', async () => {
    const tokens = await local.register('under-way');
    // The desk has just found the old password right when the change comes.
    const changed = vi.fn(async () => {
      expect((await change(tokens, { next: NEXT_PASSWORD })).status).toBe(204);
    });
    const slow = createIssuer({ PASSWORD_DESK: createPausingDesks('check', changed) });
    await expectProblem(await login('under-way', PASSWORD, slow), 400, 'invalid_grant');
    expect(changed).toHaveBeenCalledOnce();
    expect(await list(tokens)).toHaveLength(1);
  });

  it('lets a login that is under way with the new password through', async () => {
    const tokens = await local.register('same-again');
    const changed = vi.fn(async () => {
      expect((await change(tokens, { next: PASSWORD })).status).toBe(204);
    });
    const slow = createIssuer({ PASSWORD_DESK: createPausingDesks('check', changed) });
    const { status } = await login('same-again', PASSWORD, slow);
    // The hash is another one, so the desk's verdict is of the past: refused or not, no session of the old one lives.
    expect([200, 400]).toContain(status);
    expect((await login('same-again', PASSWORD)).status).toBe(200);
  });

  it('beats another change that is under way', async () => {
    const tokens = await local.register('two-changes');
    const first = vi.fn(async () => {
      expect((await change(tokens, { next: NEXT_PASSWORD })).status).toBe(204);
    });
    const slow = createIssuer({ PASSWORD_DESK: createPausingDesks('check', first) });
    const json = { current: PASSWORD, next: 'third-and Last mule 3' };
    const second = await slow.call('PUT', '/auth/password', { json, bearer: tokens.access_token });
    await expectProblem(second, 400, 'invalid_grant');
    expect((await login('two-changes', NEXT_PASSWORD)).status).toBe(200);
  });
});
