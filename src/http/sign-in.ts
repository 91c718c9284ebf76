import { getCookie, setCookie } from 'hono/cookie';
import type { SignInOutcome } from '../core/account/accounts.ts';
import type { User } from '../core/account/directory.ts';
import { parseUsername } from '../core/account/username.ts';
import { parsePassword } from '../core/passwords/password.ts';
import {
  DEVICE_TTL_SECONDS,
  deviceCookieNames,
  openDeviceToken,
  sealDeviceToken,
} from '../core/tokens/device-token.ts';
import { Unavailable } from '../core/unavailable.ts';
import { addressOf } from './address.ts';
import { cookiePrefix, isSecure, type RequestContext } from './context.ts';
import { placeOf } from './place.ts';
import { refuse } from './refusal.ts';
import { respondWithTokens } from './token-response.ts';

/** The client of the issuer's own sign-in, and the scope that only it grants. */
export const FIRST_PARTY = { clientId: 'edgemint', scope: 'account' } as const;

/** What a session is opened for: its client, its scope, and its web origin where its refresh token travels in a cookie. */
export type Opening = { clientId: string; scope: string; origin?: string; isNewUser: boolean };

export type CheckOutcome =
  | { kind: 'right'; user: User }
  | { kind: 'wrong' }
  | { kind: 'throttled'; retryAfterSeconds: number };

/** The rate-limit bindings count over a minute. */
export const LIMIT_PERIOD_SECONDS = 60;
const MOST_OPENING_TRIES = 3;

/**
 * The desk that every door leads to: limits by address, throttles by user, checks the password.
 * A user who doesn't exist costs and answers the same as a wrong password.
 */
export async function checkPassword(
  c: RequestContext,
  username: unknown,
  password: unknown,
): Promise<CheckOutcome> {
  const { settings, clock } = c.get('services');
  const startedAt = clock();
  const outcome = await check(c, username, password);
  if (outcome.kind === 'wrong') await pause(startedAt + settings.failureDelaySeconds - clock());
  return outcome;
}

async function check(c: RequestContext, name: unknown, secret: unknown): Promise<CheckOutcome> {
  const { limits, directory, passwords } = c.get('services');
  const username = parseUsername(name);
  const password = parsePassword(secret);
  const deviceId = username === undefined ? undefined : await knownDevice(c, username);
  const { success } = await limits.signIn.limit({ key: deviceId ?? addressOf(c) });
  if (!success) return { kind: 'throttled', retryAfterSeconds: LIMIT_PERIOD_SECONDS };
  if (username === undefined || !password.ok) return { kind: 'wrong' };
  const user = await directory.find(username);
  const attempt = { username, password: password.password, passwordHash: user?.passwordHash, deviceId };
  const verdict = await passwords.check(attempt);
  if (verdict.kind !== 'right' || !user) return verdict.kind === 'throttled' ? verdict : { kind: 'wrong' };
  if (verdict.needsRehash) c.executionCtx.waitUntil(rehash(c, user, password.password));
  return { kind: 'right', user };
}

/**
 * Opens a session for a user whose password was right, and answers its first pair.
 *
 * @param origin the web origin that the session belongs to, if its refresh token is to travel in a cookie
 */
export async function signIn(
  c: RequestContext,
  user: User,
  origin: string | undefined,
  options: { isNewUser?: boolean } = {},
): Promise<Response> {
  const outcome = await openSession(c, user, {
    ...FIRST_PARTY,
    ...(origin !== undefined && { origin }),
    isNewUser: options.isNewUser ?? false,
  });
  switch (outcome.kind) {
    case 'opened':
      return respondWithTokens(
        c,
        user.username,
        outcome.grant,
        origin === undefined ? 'body' : 'cookie',
        options.isNewUser ? 201 : 200,
      );
    case 'credentials_changed':
      return refuse(c, { reason: 'wrong_credentials' });
    case 'too_many_sessions':
      return refuse(c, {
        reason: 'bad_request',
        description: 'This user has too many live sessions; sign out of some first',
      });
  }
}

/** Opens a session for a user whose password was right; every door comes through here. */
export async function openSession(c: RequestContext, user: User, opening: Opening): Promise<SignInOutcome> {
  const outcome = await openIfUnchanged(c, user, opening);
  if (outcome.kind === 'opened') {
    const { username } = user;
    c.get('services').log({ event: 'signed_in', username, sid: outcome.grant.sid, amr: 'pwd' });
    await rememberDevice(c, username);
  }
  return outcome;
}

/** The password may be changed while it is being checked: then a session opens only if the one that held still stands. */
async function openIfUnchanged(c: RequestContext, user: User, opening: Opening): Promise<SignInOutcome> {
  const { accounts, directory } = c.get('services');
  let credentialsVersion = user.credentialsVersion;
  for (let tries = 1; tries <= MOST_OPENING_TRIES; tries += 1) {
    const outcome = await accounts.signIn(user.username, {
      ...opening,
      credentialsVersion,
      amr: ['pwd'],
      place: placeOf(c),
    });
    if (outcome.kind !== 'credentials_changed') return outcome;
    const latest = await directory.find(user.username);
    if (latest?.passwordHash !== user.passwordHash) return outcome;
    credentialsVersion = latest.credentialsVersion;
  }
  throw new Unavailable('The account, whose password is being changed,', 1);
}

async function knownDevice(c: RequestContext, username: string): Promise<string | undefined> {
  const { keys } = c.get('services');
  for (const name of await deviceCookieNames(username, keys)) {
    const text = getCookie(c, cookiePrefix(c) + name);
    if (text !== undefined) return openDeviceToken(text, username, keys, c.get('now'));
  }
  return undefined;
}

async function rememberDevice(c: RequestContext, username: string): Promise<void> {
  const { keys } = c.get('services');
  const deviceId = (await knownDevice(c, username)) ?? crypto.randomUUID();
  const token = await sealDeviceToken({ username, deviceId }, keys, c.get('now'));
  const [name] = await deviceCookieNames(username, keys);
  setCookie(c, cookiePrefix(c) + name, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: isSecure(c),
    maxAge: DEVICE_TTL_SECONDS,
  });
}

async function rehash(c: RequestContext, user: User, password: string): Promise<void> {
  const { directory, passwords } = c.get('services');
  await directory.rehash(user.username, user.passwordHash, await passwords.hash(user.username, password));
}

function pause(seconds: number): Promise<void> {
  return seconds <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
}
