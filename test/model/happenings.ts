import { NO_FAULTS } from '../support/hostile-kv.ts';
import { drain } from '../support/timeline.ts';
import { App, type Client } from './clients.ts';
import type { Answer } from './edge.ts';
import { somewhere } from './issuer.ts';
import type { Message } from './messages.ts';
import { endAllRequest, logoutRequest, passwordRequest, refreshRequest, signInRequest } from './requests.ts';
import type { Step } from './steps.ts';
import type { World } from './world.ts';

/** Between two steps. */
const MOMENT_SECONDS = 0.03;
const CAPTURED_KEY = 'thief';

/** Lets one step happen. */
export async function happen(world: World, step: Step): Promise<void> {
  await world.timeline.pass(MOMENT_SECONDS);
  world.timeline.tell(JSON.stringify(step));
  await perform(world, step);
  await drain();
}

function perform(world: World, step: Step): unknown {
  const { network, kv, users, issuer, browser } = world;
  switch (step.do) {
    case 'sign in':
      return signIn(world, world.clientAt(step.client), world.userAt(step.user));
    case 'refresh':
      return network.post(refreshRequest(world, world.clientAt(step.client), step.late));
    case 'refresh in peace':
      return refreshInPeace(world, world.clientAt(step.client), step.times);
    case 'log out':
      return network.post(logoutRequest(world, world.clientAt(step.client)));
    case 'end all':
      return network.post(endAllRequest(world, world.clientAt(step.client)));
    case 'change password':
      return network.post(passwordRequest(world, world.clientAt(step.client)));
    case 'deliver':
      return deliver(world, network.pick(network.requests, step.message, step.again));
    case 'lose request':
      return network.pick(network.requests, step.message);
    case 'lose answer':
      return network.pick(network.answers, step.message);
    case 'answer':
      return answer(world, network.pick(network.answers, step.message), step.read);
    case 'replay':
      return replay(world, network.pick(network.requests, step.message, true));
    case 'steal':
      return steal(world, world.clientAt(step.client));
    case 'thief refreshes':
      return thiefRefreshes(world, step.loot, step.keyed);
    case 'pass':
      return world.timeline.pass(step.seconds);
    case 'evict':
      return issuer.evict(world.userAt(step.user));
    case 'lose storage':
      return loseStorage(world, world.userAt(step.user));
    case 'delete record':
      return issuer.deleteRecord(world.userAt(step.user));
    case 'read at edge':
      return readAtEdge(world, world.userAt(step.user));
    case 'KV fails':
      kv.faults = { failure: step.often ? 0.7 : 0.25, lateLanding: 0.6, hanging: 0.1, burst: 0.5 };
      return undefined;
    case 'KV outage':
      kv.outage = true;
      return undefined;
    case 'directory outage':
      users.outage = true;
      return undefined;
    case 'flush cookies':
      return browser.flush();
    case 'crash browser':
      return crash(world);
    case 'all is well':
      return recoverServices(world);
  }
}

export function recoverServices({ kv, users }: World): void {
  kv.outage = false;
  kv.faults = NO_FAULTS;
  users.outage = false;
}

/** A registration is one stroke; a sign-in of a known user may take long between the password and the session. */
async function signIn(world: World, client: Client, user: string): Promise<void> {
  const isNewUser = world.users.find(user) === undefined;
  const request = signInRequest(world, client, user);
  world.network.post(request);
  if (isNewUser) await exchange(world, request);
}

async function deliver(world: World, message: Message | undefined): Promise<void> {
  if (!message) return;
  void message.send('honest').then((answer) => world.network.answers.push({ message, answer }));
}

function answer(
  world: World,
  arrived: { message: Message; answer: Answer } | undefined,
  isRead: boolean,
): void {
  if (!arrived) return;
  const { client, kind, life } = arrived.message;
  if (life !== world.lifeOf(client)) return;
  if (kind === 'sign in') client.signedIn(arrived.answer, isRead);
  else client.receive(arrived.answer, isRead);
}

/** A request and its answer with nothing in between. @returns the answer, if there was one */
export async function exchange(world: World, message: Message): Promise<Answer | undefined> {
  const { network } = world;
  network.requests = network.requests.filter((each) => each !== message);
  await deliver(world, message);
  await drain();
  if (!network.answers.some((each) => each.message === message)) await world.timeline.pass(1);
  const arrived = network.answers.find((each) => each.message === message);
  network.answers = network.answers.filter((each) => each !== arrived);
  answer(world, arrived, true);
  return arrived?.answer;
}

/** One that isn't signed in signs in first. */
async function refreshInPeace(world: World, client: Client, times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) {
    const request = refreshRequest(world, client, false) ?? signInRequest(world, client, world.userAt(0));
    await exchange(world, request);
  }
}

/** Somebody copies what a client holds. */
function steal(world: World, client: Client): void {
  const inJar = (client.carried() ?? []).map(([, text]) => world.edge.open(text));
  const tokens = client instanceof App ? [client.token] : inJar;
  world.loot.push(...tokens.filter((token) => token !== undefined));
}

async function thiefRefreshes(world: World, number: number, isKeyed: boolean): Promise<void> {
  const token = world.network.pick(world.loot, number, true);
  if (!token) return;
  const call = { token, key: isKeyed ? CAPTURED_KEY : undefined };
  const stolen = await Promise.race([world.edge.refresh(call, 'thief').catch(() => undefined), drain()]);
  if (stolen?.kind === 'tokens') world.loot.push(stolen.token);
}

/** What the answer holds is stolen, if it holds anything. */
async function replay(world: World, message: Message | undefined): Promise<void> {
  if (message?.kind !== 'refresh') return;
  const stolen = await Promise.race([message.send('honest'), drain()]);
  if (stolen?.kind !== 'tokens') return;
  world.ledger.excuse(stolen.token.sid, 'stolen');
  world.loot.push(stolen.token);
}

/** A session's number is at least the second of its sign-in; not in that second, or the number might be given out again. */
async function loseStorage({ timeline, ledger, issuer }: World, user: string): Promise<void> {
  await timeline.pass(Math.max(0, ledger.highestNumber(user) + 1 - timeline.now));
  issuer.loseStorage(user);
}

/** It fills that location's copy. It is not waited for: its time passes with the history's. */
function readAtEdge({ kv, random }: World, user: string): void {
  kv.at(somewhere(random))
    .get(user)
    .catch(() => undefined);
}

function crash({ browser, ledger }: World): void {
  for (const { sid, cookieUntil } of browser.crash()) {
    const session = ledger.sessions.get(sid);
    if (session) session.cookieUntil = cookieUntil;
  }
}
