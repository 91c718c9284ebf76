import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Env } from '../../src/index.ts';
import { createIssuer, local, PASSWORD, type Tokens, testEnv } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { ENROL } from '../support/enrolment.ts';
import { createPausingDesks } from '../support/pausing-desk.ts';
import { expectProblem } from '../support/problem.ts';
import { login, register } from '../support/sign-in.ts';

stopClock();
const AUTH_SCHEMES = 'basic,digest,mutual,hoba,aws4';
const issuer = createIssuer({ ADMINS: 'on-call', AUTH_SCHEMES });
let admin: Tokens;

beforeAll(async () => void (await local.register('on-call')));
beforeEach(async () => {
  admin = await issuer.login('on-call');
});

async function remove(username: string): Promise<void> {
  const response = await issuer.call('DELETE', `/admin/users/${username}`, { bearer: admin.access_token });
  expect(response.status).toBe(204);
}

describe('a deleted user', () => {
  it('is refused as one who never was, by the password', async () => {
    await local.register('by-password');
    await remove('by-password');
    const [deleted, unknown] = await Promise.all(
      ['by-password', 'who'].map(async (username) => {
        const response = await login({ username, password: PASSWORD });
        return [response.status, await response.text()];
      }),
    );
    expect(deleted).toEqual(unknown);
    expect(deleted?.[0]).toBe(400);
  });

  it.each(['digest', 'mutual', 'hoba', 'aws4'] as const)('opens nothing by %s', async (type) => {
    const { access_token: bearer } = await local.register(`no-${type}`);
    const { signIn } = await ENROL[type](`no-${type}`, bearer);
    expect((await signIn(issuer)).status).toBe(200);
    await remove(`no-${type}`);
    expect((await signIn(issuer)).status).toBe(401);
  });

  it('opens nothing by a password that was found right a moment before', async () => {
    await local.register('late');
    const removed = vi.fn(() => remove('late'));
    const slow = createIssuer({ PASSWORD_DESK: createPausingDesks('check', removed) });
    await expectProblem(await login({ username: 'late', password: PASSWORD }, slow), 400, 'invalid_grant');
    expect(removed).toHaveBeenCalledOnce();
    expect(await testEnv.ACCOUNT_GUARD.getByName('late').list('late')).toEqual([]);
  });

  it.each(['digest', 'mutual', 'hoba', 'aws4'] as const)(
    'opens nothing by what was found right a moment before: %s',
    async (type) => {
      const username = `late-${type}`;
      const { access_token: bearer } = await local.register(username);
      const { signIn } = await ENROL[type](username, bearer);
      const removed = vi.fn(() => remove(username));
      const desks = createPausingDesks(type === 'mutual' ? 'settleExchange' : 'settle', removed);
      expect((await signIn(createIssuer({ AUTH_SCHEMES, PASSWORD_DESK: desks }))).status).toBe(401);
      expect(removed).toHaveBeenCalledOnce();
      expect(await testEnv.ACCOUNT_GUARD.getByName(username).list(username)).toEqual([]);
    },
  );

  it('who was only being registered gets no session', async () => {
    const getByName = (name: string) => {
      const guard = testEnv.ACCOUNT_GUARD.getByName(name);
      return {
        async signIn(...asked: Parameters<typeof guard.signIn>) {
          await remove('unborn');
          return guard.signIn(...asked);
        },
      };
    };
    const slow = createIssuer({ ACCOUNT_GUARD: { getByName } as unknown as Env['ACCOUNT_GUARD'] });
    await expectProblem(await register({ username: 'unborn', password: PASSWORD }, slow), 400);
    expect(await testEnv.ACCOUNT_GUARD.getByName('unborn').list('unborn')).toEqual([]);
  });
});
