import { setTimeout as delay } from 'node:timers/promises';
import { createRandom, type Random } from '../support/random.ts';
import { AppClient } from './app-client.ts';
import { BrowserClient } from './browser-client.ts';
import { check } from './checker.ts';
import { CrashableIssuer } from './crashable-issuer.ts';
import { History } from './history.ts';
import type { Credentials, HonestClient } from './honest-client.ts';
import type { Issuer } from './issuer.ts';
import { findUnlinearizable } from './linearizability.ts';
import { Network } from './network.ts';
import { OAuthClient, registerOAuthClient } from './oauth-client.ts';
import { StartedIssuer } from './started-issuer.ts';
import { Turnstile } from './turnstile.ts';

export type CrashRunOptions = {
  kills: number;
  clients: number;
  users: number;
  seed: number;
  /** What is killed: the built Worker on workerd, or `npm start` with all that it starts. */
  host?: 'workerd' | 'npm start';
  /** Puts the state of the first kill back at the last one: the checker must see that. */
  rollBack?: boolean;
};

export type CrashRun = {
  history: History;
  problems: string[];
  operations: number;
  accepted: number;
  lost: number;
  dropped: number;
  duplicated: number;
  unavailable: number;
  late: number;
  sessions: number;
  /** Those for which no order of single steps explains what was seen. */
  unlinearizable: string[];
};

/** How long the issuer lives between two kills, at least: at most long enough that each client is served a few times. */
const SHORTEST_LIFE_MILLISECONDS = 200;
const LONGEST_LIFE_MILLISECONDS = 2_000;
const LONGEST_LIFE_MILLISECONDS_PER_CLIENT = 30;
const LOOK_MILLISECONDS = 50;

const SIGN_INS_AT_ONCE = 4;

/** Kills the issuer again and again under honest clients, and judges what they saw. Rerun with the same seed, timing still differs. */
export async function runCrashes(options: CrashRunOptions): Promise<CrashRun> {
  const draw = createRandom(options.seed);
  const issuer = options.host === 'npm start' ? await StartedIssuer.start() : await CrashableIssuer.start();
  const history = new History();
  const network = new Network(issuer, history, draw);
  try {
    const accounts = await register(issuer, options.users);
    const oauthClient = await registerOAuthClient(issuer);
    const signIns = new Turnstile(SIGN_INS_AT_ONCE);
    const clients = Array.from({ length: options.clients }, (_, id): HonestClient => {
      const place = { issuer, network, history, draw, signIns, credentials: pick(accounts, id) };
      if (id % 2 === 1) return new BrowserClient(place);
      return id % 4 === 0 ? new AppClient(place) : new OAuthClient(place, oauthClient);
    });
    await Promise.all(clients.map((client) => client.begin()));
    await killUnder(clients, issuer, draw, history, options);
    network.isCalm = true;
    await network.settle();
    const goOn = await Promise.all(clients.map((client) => client.goesOn()));
    const stuck = goOn.flatMap((isWell, id) => (isWell ? [] : [`P2: client ${id} can't go on`]));
    return {
      ...{ history, ...summarise(history), dropped: network.dropped, duplicated: network.duplicated },
      unlinearizable: findUnlinearizable(history.events),
      problems: [...check(history.events), ...stuck],
    };
  } finally {
    await issuer.stop();
  }
}

async function killUnder(
  clients: readonly HonestClient[],
  issuer: Issuer,
  draw: Random,
  history: History,
  { kills, rollBack }: CrashRunOptions,
): Promise<void> {
  const longest = Math.max(LONGEST_LIFE_MILLISECONDS, clients.length * LONGEST_LIFE_MILLISECONDS_PER_CLIENT);
  let isOver = false;
  const work = clients.map(async (client) => {
    while (!isOver) await client.act();
  });
  for (let kill = 0; kill < kills; kill += 1) {
    const served = acceptedIn(history) + clients.length;
    await delay(SHORTEST_LIFE_MILLISECONDS + draw() * (longest - SHORTEST_LIFE_MILLISECONDS));
    // On a slow machine it lives longer: a kill before anything was answered proves nothing.
    while (acceptedIn(history) < served) await delay(LOOK_MILLISECONDS);
    if (rollBack && issuer instanceof CrashableIssuer) await issuer.crash(meanwhileOf(kill, kills));
    else await issuer.crash();
  }
  isOver = true;
  await Promise.all(work);
}

function meanwhileOf(kill: number, kills: number): 'nothing' | 'copy' | 'roll back' {
  if (kill === kills - 1) return 'roll back';
  return kill === 0 ? 'copy' : 'nothing';
}

async function register(issuer: Issuer, users: number): Promise<Credentials[]> {
  const accounts = Array.from({ length: users }, (_, user) => ({
    username: `user${user}`,
    password: 'kumquat oboe 42 zither',
  }));
  for (const account of accounts) {
    const response = await issuer.post('/auth/register', account);
    if (response?.status !== 201) throw new Error(`registration failed: ${response?.status}`);
  }
  return accounts;
}

function acceptedIn({ events }: Pick<History, 'events'>): number {
  return events.filter(({ f, type }) => f === 'refresh' && type === 'ok').length;
}

function summarise({ events }: History) {
  const count = (is: (event: History['events'][number]) => boolean) => events.filter(is).length;
  return {
    operations: count(({ type }) => type === 'invoke'),
    accepted: acceptedIn({ events }),
    lost: count(({ type, error }) => type === 'info' && error !== 'unavailable'),
    unavailable: count(({ error }) => error === 'unavailable'),
    late: count(({ error }) => error === 'superseded'),
    sessions: count(({ f, type }) => f === 'sign-in' && type === 'ok'),
  };
}

function pick(accounts: readonly Credentials[], id: number): Credentials {
  const account = accounts[id % accounts.length];
  if (!account) throw new Error('a run needs a user');
  return account;
}
