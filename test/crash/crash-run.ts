import { setTimeout as delay } from 'node:timers/promises';
import { check } from './checker.ts';
import { CrashableIssuer } from './crashable-issuer.ts';
import { History } from './history.ts';
import { type Draw, HonestClient } from './honest-client.ts';

export type CrashRunOptions = {
  kills: number;
  clients: number;
  users: number;
  seed: number;
  /** Puts the state of the first kill back at the last one: the checker must see that. */
  rollBack?: boolean;
};

export type CrashRun = {
  history: History;
  problems: string[];
  operations: number;
  accepted: number;
  lost: number;
  late: number;
};

/** The longest time that the issuer lives between two kills, and the least. */
const LIFE_MILLISECONDS = { least: 200, most: 2_000 };

/** Kills the issuer again and again under honest clients, and judges what they saw. Rerun with the same seed, timing still differs. */
export async function runCrashes(options: CrashRunOptions): Promise<CrashRun> {
  const draw = createDraw(options.seed);
  const issuer = await CrashableIssuer.start();
  const history = new History();
  try {
    const clients = await createClients(issuer, history, draw, options);
    let isOver = false;
    const work = clients.map(async (client) => {
      while (!isOver) await client.act();
    });
    for (let kill = 0; kill < options.kills; kill += 1) {
      await delay(LIFE_MILLISECONDS.least + draw() * (LIFE_MILLISECONDS.most - LIFE_MILLISECONDS.least));
      await issuer.crash(options.rollBack ? meanwhileOf(kill, options.kills) : 'nothing');
    }
    isOver = true;
    await Promise.all(work);
    // At the end everybody refreshes once more in peace.
    await Promise.all(clients.map((client) => client.act()));
  } finally {
    await issuer.stop();
  }
  return { history, ...summarise(history), problems: check(history.events) };
}

function meanwhileOf(kill: number, kills: number): 'nothing' | 'copy' | 'roll back' {
  if (kill === kills - 1) return 'roll back';
  return kill === 0 ? 'copy' : 'nothing';
}

async function createClients(
  issuer: CrashableIssuer,
  history: History,
  draw: Draw,
  { clients, users }: CrashRunOptions,
): Promise<HonestClient[]> {
  const accounts = Array.from({ length: users }, (_, user) => ({
    username: `user${user}`,
    password: 'kumquat oboe 42 zither',
  }));
  for (const account of accounts) {
    const response = await issuer.post('/auth/register', account);
    if (response?.status !== 201) throw new Error(`registration failed: ${response?.status}`);
  }
  return Array.from({ length: clients }, (_, id) => {
    const account = accounts[id % users];
    if (!account) throw new Error('a run needs a user');
    return new HonestClient(id, issuer, history, draw, account);
  });
}

function summarise({ events }: History) {
  const refreshes = events.filter(({ f }) => f === 'refresh');
  return {
    operations: events.filter(({ type }) => type === 'invoke').length,
    accepted: refreshes.filter(({ type }) => type === 'ok').length,
    lost: refreshes.filter(({ type }) => type === 'info').length,
    late: refreshes.filter(({ error }) => error === 'superseded').length,
  };
}

/** mulberry32: small random numbers that a seed repeats. */
function createDraw(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
