import type { SignIn, SignInOutcome } from '../../src/core/account/accounts.ts';
import { Pages } from './browser.ts';
import type { Client } from './clients.ts';
import type { Answer, RefreshCall } from './edge.ts';
import type { Message } from './messages.ts';
import type { World } from './world.ts';

const MOST_OPENING_TRIES = 3;

/** A refresh; unless `late`, it leaves with the cookies that are in the jar now. */
export function refreshRequest(world: World, client: Client, late: boolean): Message | undefined {
  if (client instanceof Pages && client.hasLostKey())
    world.ledger.excuse(client.session()?.sid ?? '', 'the jar was put back beyond the kept keys');
  const prepared = client.prepare();
  if (!prepared) return undefined;
  let call: RefreshCall | undefined = late ? undefined : prepared();
  return message(world, client, 'refresh', (by) => {
    call ??= prepared();
    return world.edge.refresh(call, by);
  });
}

/** A sign-in whose password is being checked: it holds the version of the credentials that it checked. */
export function signInRequest(world: World, client: Client, user: string): Message {
  const checked = world.users.find(user);
  const isNewUser = checked === undefined;
  if (isNewUser) world.users.register(user);
  const { hash, version } = checked ?? { hash: 'first', version: 1 };
  return message(world, client, 'sign in', async () => {
    const carried = client.carried();
    const { outcome, credentialsVersion } = await openSession(world, user, hash, {
      ...{ credentialsVersion: version, clientId: 'edgemint', scope: 'account', amr: ['pwd'] },
      ...{ registeredAt: 1, isNewUser },
      ...(client.origin !== undefined && { origin: client.origin }),
      place: { device: client.name, country: 'KR' },
    });
    if (outcome.kind !== 'opened') return { kind: 'invalid_grant', of: undefined };
    world.ledger.opened(user, outcome.grant, credentialsVersion);
    return world.edge.mint(user, outcome.grant, carried);
  });
}

/** As the desk does it: again with the newer version, if the password that held still stands. */
async function openSession(world: World, user: string, hash: string, request: SignIn) {
  let { credentialsVersion } = request;
  let outcome: SignInOutcome = { kind: 'credentials_changed' };
  for (let tries = 1; tries <= MOST_OPENING_TRIES; tries += 1) {
    outcome = await world.issuer.accounts.signIn(user, { ...request, credentialsVersion });
    const latest = world.users.find(user);
    if (outcome.kind !== 'credentials_changed' || latest?.hash !== hash) break;
    credentialsVersion = latest.version;
  }
  return { outcome, credentialsVersion };
}

export function logoutRequest(world: World, client: Client): Message | undefined {
  const session = client.session();
  if (!session) return undefined;
  const { sid, username } = session;
  const carried = client.carried() ?? [];
  return message(world, client, 'log out', async () => {
    world.ledger.excuse(sid, 'logged out');
    await world.issuer.accounts.end(username, sid);
    world.ledger.ended(sid);
    return { kind: 'done', signedOut: sid, clear: world.edge.cookiesOf(sid, carried) };
  });
}

export function endAllRequest(world: World, client: Client): Message | undefined {
  const session = client.session();
  if (!session) return undefined;
  const { sid, username } = session;
  const carried = client.carried() ?? [];
  return message(world, client, 'end all', async () => {
    const settle = world.ledger.ending(username, 'all were ended');
    await untilTold(world.issuer.accounts.endAll(username), settle);
    settle(true);
    return { kind: 'done', signedOut: sid, clear: world.edge.cookiesOf(sid, carried) };
  });
}

/** A change of password that was allowed under the version of the credentials as it is now. */
export function passwordRequest(world: World, client: Client): Message | undefined {
  const session = client.session();
  const version = world.users.find(session?.username ?? '')?.version;
  if (!session || version === undefined) return undefined;
  const { sid, username } = session;
  const passwordHash = `${client.name} ${world.random()}`;
  return message(world, client, 'change password', async () => {
    const settle = world.ledger.ending(username, 'the password was changed', sid);
    const change = { credentialsVersion: version, passwordHash, keep: sid };
    const isChanged = await untilTold(world.issuer.accounts.changePassword(username, change), settle);
    settle(isChanged);
    if (isChanged) world.ledger.passwordChanged(username, version + 1);
    return { kind: 'done', signedOut: undefined, clear: [] };
  });
}

/** What fails may have been begun, and is finished later. */
function untilTold<T>(work: Promise<T>, settle: (isDone: undefined) => void): Promise<T> {
  return work.catch((error: unknown) => {
    settle(undefined);
    throw error;
  });
}

function message(world: World, client: Client, kind: Message['kind'], send: Message['send']): Message {
  const guarded = async (by: Parameters<typeof send>[0]): Promise<Answer> => {
    try {
      return await send(by);
    } catch {
      return { kind: 'unavailable' };
    }
  };
  return { client, kind, life: world.lifeOf(client), send: guarded };
}
