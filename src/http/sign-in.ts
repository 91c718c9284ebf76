import { getCookie, setCookie } from 'hono/cookie';
import type { SignIn, SignInOutcome } from '../core/account/accounts.ts';
import { publicIdOf } from '../core/account/credentials.ts';
import type { User } from '../core/account/directory.ts';
import { parseUsername } from '../core/account/username.ts';
import type { ProofUse } from '../core/dpop/used-proofs.ts';
import { parsePassword } from '../core/passwords/password.ts';
import type { Settings } from '../core/settings/settings.ts';
import {
  DEVICE_TTL_SECONDS,
  deviceCookieNames,
  openDeviceToken,
  sealDeviceToken,
} from '../core/tokens/device-token.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { PasswordFinding, Proven, Throttled } from '../schemes/scheme.ts';
import { addressOf } from './address.ts';
import { cookiePrefix, isSecure, type RequestContext } from './context.ts';
import { spendProof } from './dpop.ts';
import { placeOf } from './place.ts';
import { type Refusal, refuse } from './refusal.ts';
import { respondWithTokens } from './token-response.ts';

/** The client of the issuer's own sign-in, and the scope that only it grants. */
export const FIRST_PARTY = { clientId: 'edgemint', scope: 'account' } as const;

/** What a session is opened for: its client, its scope, and its web origin where its refresh token travels in a cookie. */
export type Opening = {
  clientId: string;
  scope: string;
  origin?: string;
  isNewUser: boolean;
  /** Of the key to which its refresh tokens are bound. */
  thumbprint?: string;
  /** An earlier sign-in of this user in the same browser. */
  replaces?: string;
  /** How the user signed in (RFC 8176), if not by the password in a form; the door's name is in it. */
  amr?: readonly string[];
};

/** The scope of a first-party sign-in; who is named in `ADMINS` may also use `/admin/*`. */
export function firstPartyScope({ admins }: Settings, username: string): string {
  return admins.includes(username) ? `${FIRST_PARTY.scope} admin` : FIRST_PARTY.scope;
}

export type CheckOutcome = PasswordFinding;

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
  return delayFailure(c, () => check(c, username, password));
}

/** Answers what is wrong no sooner than `FAILURE_DELAY`. */
export async function delayFailure<T extends { kind: string }>(
  c: RequestContext,
  work: () => Promise<T>,
): Promise<T> {
  const { settings, clock } = c.get('services');
  const startedAt = clock();
  const outcome = await work();
  if (outcome.kind === 'wrong') await pause(startedAt + settings.failureDelaySeconds - clock());
  return outcome;
}

/** The limit that stands before the desk: by address, or by a device that signed this user in before. */
export async function enter(c: RequestContext, deviceId: string | undefined): Promise<Throttled | undefined> {
  const { success } = await c.get('services').limits.signIn.limit({ key: deviceId ?? addressOf(c) });
  return success ? undefined : { kind: 'throttled', retryAfterSeconds: LIMIT_PERIOD_SECONDS };
}

async function check(c: RequestContext, name: unknown, secret: unknown): Promise<CheckOutcome> {
  const { directory, passwords } = c.get('services');
  const username = parseUsername(name);
  const password = parsePassword(secret);
  const deviceId = username === undefined ? undefined : await knownDevice(c, username);
  const throttled = await enter(c, deviceId);
  if (throttled) return throttled;
  if (username === undefined || !password.ok) return { kind: 'wrong' };
  const user = await directory.find(username);
  const attempt = { username, password: password.password, passwordHash: user?.passwordHash, deviceId };
  const verdict = await passwords.check(attempt);
  if (verdict.kind !== 'right' || !user) return verdict.kind === 'throttled' ? verdict : { kind: 'wrong' };
  if (verdict.needsRehash) c.executionCtx.waitUntil(rehash(c, user, password.password));
  return { kind: 'right', user };
}

export type SignInOptions = {
  isNewUser?: boolean;
  /** Of the key to which the tokens are to be bound. */
  proof: ProofUse | undefined;
  amr?: readonly string[];
  /** How a user is refused whose credentials were changed meanwhile. */
  refusal?: Refusal;
};

/**
 * Opens a session for a user who proved who they are, and answers its first pair.
 *
 * @param origin the web origin that the session belongs to, if its refresh token is to travel in a cookie
 */
export async function signIn(
  c: RequestContext,
  proven: Proven,
  origin: string | undefined,
  options: SignInOptions,
): Promise<Response> {
  const { isNewUser = false, proof, amr, refusal = { reason: 'wrong_credentials' } } = options;
  const replay = await spendProof(c, 'token', proof);
  if (replay) return refuse(c, replay);
  const thumbprint = proof?.thumbprint;
  const outcome = await openSession(c, proven, {
    clientId: FIRST_PARTY.clientId,
    scope: firstPartyScope(c.get('services').settings, proven.username),
    ...(origin !== undefined && { origin }),
    ...(amr && { amr }),
    ...(thumbprint !== undefined && { thumbprint }),
    isNewUser,
  });
  switch (outcome.kind) {
    case 'opened':
      return respondWithTokens(c, proven.username, outcome.grant, origin === undefined ? 'body' : 'cookie', {
        thumbprint,
        status: isNewUser ? 201 : 200,
      });
    case 'credentials_changed':
      return refuse(c, refusal);
    case 'too_many_sessions':
      return refuse(c, {
        reason: 'bad_request',
        description: 'This user has too many live sessions; sign out of some first',
      });
  }
}

/** Opens a session for a user who proved who they are; every door comes through here. */
export async function openSession(
  c: RequestContext,
  proven: Proven,
  opening: Opening,
): Promise<SignInOutcome> {
  const amr = opening.amr ?? ['pwd'];
  const outcome = await openIfUnchanged(c, proven, { ...opening, amr });
  if (outcome.kind === 'opened') {
    const { username } = proven;
    c.get('services').log({ event: 'signed_in', username, sid: outcome.grant.sid, amr: amr.join(' ') });
    await rememberDevice(c, username);
  }
  return outcome;
}

/** Credentials may be changed while they are being checked: then a session opens only if those that held still stand. */
async function openIfUnchanged(
  c: RequestContext,
  proven: Proven,
  opening: Opening & { amr: readonly string[] },
): Promise<SignInOutcome> {
  const { registeredAt } = proven;
  let { credentialsVersion } = proven;
  for (let tries = 1; tries <= MOST_OPENING_TRIES; tries += 1) {
    const request = { ...opening, ...openedBy(proven), credentialsVersion, registeredAt, place: placeOf(c) };
    const outcome = await c.get('services').accounts.signIn(proven.username, request);
    if (outcome.kind !== 'credentials_changed') return outcome;
    const standing = await standingVersion(c, proven);
    if (standing === undefined) return outcome;
    credentialsVersion = standing;
  }
  throw new Unavailable('The account, whose credentials are being changed,', 1);
}

function openedBy(proven: Proven): Pick<SignIn, 'credential'> {
  return 'credential' in proven ? { credential: publicIdOf(proven.credential) } : {};
}

/** @returns the latest version of the credentials, if what the user signed in with is still among them */
async function standingVersion(c: RequestContext, proven: Proven): Promise<number | undefined> {
  const { directory, credentials } = c.get('services');
  if ('credential' in proven) {
    const latest = await credentials.find(proven.credential);
    const { username, sealed } = proven.credential;
    return latest?.username === username && latest.sealed === sealed ? latest.credentialsVersion : undefined;
  }
  const latest = await directory.find(proven.username);
  return latest?.passwordHash === proven.passwordHash ? latest.credentialsVersion : undefined;
}

export async function knownDevice(c: RequestContext, username: string): Promise<string | undefined> {
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
