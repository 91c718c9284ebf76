import type { CredentialName } from '../core/account/credentials.ts';
import { openAtRest, sealAtRest } from '../core/keys/at-rest.ts';
import type { KeyRing } from '../core/keys/key-ring.ts';
import type { AuthScheme } from '../core/settings/settings.ts';
import { parseAuthorization } from '../schemes/authorization.ts';
import { aws4 } from '../schemes/aws4/aws4.ts';
import { basic } from '../schemes/basic.ts';
import { digest } from '../schemes/digest/digest.ts';
import { hoba } from '../schemes/hoba/hoba.ts';
import { mutual } from '../schemes/mutual/mutual.ts';
import type { Desk, OpenedCredential, Scheme, Verdict, Visit } from '../schemes/scheme.ts';
import { REALM, type RequestContext } from './context.ts';
import { unsealCredential } from './credential-sealing.ts';
import type { Refusal } from './refusal.ts';
import { checkPassword, delayFailure, enter, knownDevice } from './sign-in.ts';

/**
 * The doors there are, by the name that `AUTH_SCHEMES` and `amr` give them, in the order of their challenges: a simple
 * client takes the first one that it knows, so the one that sends the password comes last.
 */
const DOORS: Record<AuthScheme, Scheme> = { digest, mutual, hoba, aws4, basic };

export type DoorOutcome =
  /** The request carries no credentials that any scheme would know. */
  | { kind: 'none' }
  | (Extract<Verdict, { kind: 'right' }> & { door: AuthScheme })
  | { kind: 'refused'; refusal: Refusal; door?: AuthScheme; because?: string };

/** Leads a request to the door that its credentials are for, if that one is on. */
export async function enterByScheme(c: RequestContext): Promise<DoorOutcome> {
  const visit = await createVisit(c);
  const header = c.req.header('authorization');
  const open = doorsOf(c);
  const elsewhere = open.find(([, scheme]) => scheme.isElsewhere?.(visit));
  if (header === undefined && !elsewhere) return { kind: 'none' };
  // Two kinds of credentials are none: which one is meant can't be told.
  const authorization = header === undefined || elsewhere ? undefined : parseAuthorization(header);
  const addressed =
    header === undefined
      ? elsewhere
      : open.find(([, scheme]) => typeof authorization === 'object' && scheme.name === authorization.scheme);
  if (!addressed) return { kind: 'refused', refusal: await wrongHeader(c, visit) };
  const [door, scheme] = addressed;
  const credentials = typeof authorization === 'object' ? authorization.credentials : '';
  const verdict = await delayFailure(c, () => scheme.verify(credentials, visit));
  switch (verdict.kind) {
    case 'right':
      return { ...verdict, door };
    case 'throttled':
      return { kind: 'refused', refusal: { ...verdict, reason: 'throttled' }, door };
    case 'again':
    case 'wrong':
    case 'malformed': {
      const refusal = await wrongHeader(c, visit, { scheme, ...verdict });
      return {
        kind: 'refused',
        refusal,
        door,
        because: verdict.kind === 'again' ? verdict.reason : verdict.kind,
      };
    }
  }
}

/** @returns one challenge for each scheme that is on, or what a scheme says instead of its own */
export async function challengesOf(
  c: RequestContext,
  visit?: Visit,
  instead?: { scheme: Scheme; challenges?: string[] },
): Promise<string[]> {
  const asked = visit ?? (await createVisit(c));
  const challenges = doorsOf(c).map(
    ([, scheme]) => (scheme === instead?.scheme && instead.challenges) || scheme.challenges(asked),
  );
  return (await Promise.all(challenges)).flat();
}

async function wrongHeader(
  c: RequestContext,
  visit: Visit,
  again?: { scheme: Scheme; challenges?: string[]; reason?: string },
): Promise<Refusal> {
  // The second half of a key exchange is for the client that began it (RFC 8120 section 4.3), and no offer of other doors.
  const challenges =
    (again?.reason === 'key_exchange' && again.challenges) || (await challengesOf(c, visit, again));
  return { reason: again?.challenges ? 'answer_the_challenge' : 'wrong_credentials_in_header', challenges };
}

function doorsOf(c: RequestContext): [AuthScheme, Scheme][] {
  const { authSchemes } = c.get('services').settings;
  return (Object.keys(DOORS) as AuthScheme[])
    .filter((name) => authSchemes.includes(name))
    .map((name) => [name, DOORS[name]]);
}

async function createVisit(c: RequestContext): Promise<Visit> {
  const { keys, settings } = c.get('services');
  const { origin } = new URL(c.req.url);
  return {
    method: c.req.method,
    // An empty query's question mark is part of it.
    target: c.req.url.slice(origin.length),
    headers: c.req.raw.headers,
    body: new Uint8Array(await c.req.arrayBuffer()),
    issuer: c.get('issuer'),
    realm: REALM,
    now: c.get('now'),
    keys,
    settings,
    random: (byteLength) => crypto.getRandomValues(new Uint8Array(byteLength)),
    desk: createDesk(c),
  };
}

function createDesk(c: RequestContext): Desk {
  const { passwords } = c.get('services');
  return {
    checkPassword: (username, password) => checkPassword(c, username, password),
    async enter(username) {
      return enter(c, username === undefined ? undefined : await knownDevice(c, username));
    },
    find: (name) => findOpened(c, name),
    async settle({ use, ...proof }) {
      return passwords.settle({ ...proof, use, deviceId: await knownDevice(c, proof.subject) });
    },
    async openExchange(username, sealed, until) {
      return passwords.openExchange({ username, sealed, until, deviceId: await knownDevice(c, username) });
    },
    readExchange: passwords.readExchange,
    settleExchange: passwords.settleExchange,
  };
}

/** Finds a credential and opens it; one sealed under the earlier master key is sealed again in the background. */
async function findOpened(c: RequestContext, name: CredentialName): Promise<OpenedCredential | undefined> {
  const { credentials, keys } = c.get('services');
  const found = await credentials.find(name);
  if (!found) return openDecoy(keys, c.get('now'));
  const opened = await unsealCredential(c, found);
  if (!opened) return undefined;
  if (opened.reseal) c.executionCtx.waitUntil(opened.reseal());
  return { ...found, data: opened.data };
}

const DECOY = { purpose: 'decoy', username: '', id: '' };
const decoys = new WeakMap<KeyRing, Promise<string>>();

/** Opens something in the place of a credential that isn't there, so that it takes as long. */
async function openDecoy(keys: KeyRing, now: number): Promise<undefined> {
  const sealed = decoys.get(keys) ?? sealAtRest({ verifiers: '0'.repeat(DECOY_LENGTH) }, DECOY, keys);
  decoys.set(keys, sealed);
  await openAtRest(await sealed, DECOY, keys, now);
}

/** As long as the longest credential, Mutual's. */
const DECOY_LENGTH = 1_900;
