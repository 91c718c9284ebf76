import type { ContestantName } from './contestants.ts';
import { median } from './report.ts';
import { Served } from './served.ts';

/** A figure of one contestant in one round: the larger, the better, unless it is of time. */
export type Sample = { figure: string; of: string; value: number; errors: number };

export type Sizes = { users: number; seconds: number; calls: number };

const CONCURRENT = 16;
/** A round goes from one contestant to the next in so many turns, so that what else the machine does is shared by all. */
const TURNS = 5;
const METADATA = '/.well-known/oauth-authorization-server';

type Runner = { served: Served; tokens: string[]; errors: number };

/** Refreshes: users in turn, each with the newest token it got, and then 16 of them as fast as they can. */
export async function measureRefresh(names: readonly ContestantName[], sizes: Sizes): Promise<Sample[]> {
  const samples: Sample[] = [];
  const runners: Runner[] = [];
  try {
    for (const name of names) {
      const served = await Served.start(name, METADATA);
      const runner = { served, tokens: await served.seed(sizes.users), errors: 0 };
      runners.push(runner);
      const first = await timed(() => refreshOf(runner, 0));
      samples.push(sample('start, seconds', runner, served.startMilliseconds / 1_000));
      samples.push(sample('first refresh, seconds', runner, first));
      // The first use of each user is a cold one.
      for (let user = 0; user < sizes.users; user += 1) await refreshOf(runner, user);
    }
    samples.push(
      ...(await inTurns('refresh in turn, a second', runners, (runner, turn) =>
        oneByOne(runner, turn, sizes),
      )),
    );
    samples.push(
      ...(await inTurns('refresh by 16 users, a second', runners, (runner) => atOnce(runner, sizes))),
    );
    return samples;
  } finally {
    await Promise.all(runners.map(({ served }) => served.stop()));
  }
}

/** Constant documents, over 16 connections. */
export async function measureDocuments(
  names: readonly ContestantName[],
  { calls }: Sizes,
): Promise<Sample[]> {
  const runners: Runner[] = [];
  try {
    for (const name of names)
      runners.push({ served: await Served.start(name, METADATA), tokens: [], errors: 0 });
    const fetchAll = (path: string) => async (runner: Runner) => {
      let left = Math.ceil(calls / TURNS);
      const done = left;
      const one = async () => {
        while (left > 0) {
          left -= 1;
          if ((await runner.served.call('GET', path)).status !== 200) runner.errors += 1;
        }
      };
      return done / (await timed(() => Promise.all(Array.from({ length: CONCURRENT }, one))));
    };
    return [
      ...(await inTurns('JWKS, a second', runners, fetchAll('/.well-known/jwks.json'))),
      ...(await inTurns('discovery, a second', runners, fetchAll('/.well-known/openid-configuration'))),
    ];
  } finally {
    await Promise.all(runners.map(({ served }) => served.stop()));
  }
}

/** Verifications in one request, so that HTTP doesn't drown them; all three ways in one Worker. */
export async function measureVerify({ calls }: Sizes): Promise<Sample[]> {
  const served = await Served.start('verify', '/prepare?count=1');
  try {
    const samples: Sample[] = [];
    for (const [figure, count] of [
      ['verify 100 tokens over and over, a second', 100],
      ['verify, never the same token, a second', calls],
    ] as const) {
      const rates = new Map<string, number[]>([
        ['edgemint', []],
        ['jose', []],
        ['bare', []],
      ]);
      for (let turn = 0; turn <= TURNS; turn += 1) {
        for (const [how, values] of turn % 2 === 0 ? rates : [...rates].toReversed()) {
          await served.call('GET', `/prepare?count=${count}`);
          const seconds = await timed(async () => {
            const { status } = await served.call('GET', `/${how}?calls=${calls}`);
            if (status !== 200) throw new Error(`${how} answered ${status}`);
          });
          // The first turn warms up.
          if (turn > 0) values.push(calls / seconds);
        }
      }
      for (const [of, values] of rates) samples.push({ figure, of, value: median(values), errors: 0 });
    }
    return samples;
  } finally {
    await served.stop();
  }
}

async function inTurns(
  figure: string,
  runners: readonly Runner[],
  measure: (runner: Runner, turn: number) => Promise<number>,
): Promise<Sample[]> {
  const rates = new Map<Runner, number[]>(runners.map((runner) => [runner, []]));
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [runner, values] of turn % 2 === 0 ? rates : [...rates].toReversed())
      values.push(await measure(runner, turn));
  }
  return [...rates].map(([runner, values]) => sample(figure, runner, median(values)));
}

function sample(figure: string, { served, errors }: Runner, value: number): Sample {
  return { figure, of: served.name, value, errors };
}

async function oneByOne(runner: Runner, turn: number, { users }: Sizes): Promise<number> {
  const share = Math.ceil(users / TURNS);
  const seconds = await timed(async () => {
    for (let user = 0; user < share; user += 1) await refreshOf(runner, (turn * share + user) % users);
  });
  return share / seconds;
}

async function atOnce(runner: Runner, { users, seconds }: Sizes): Promise<number> {
  const until = performance.now() + (seconds * 1_000) / TURNS;
  let done = 0;
  const one = async (user: number) => {
    while (performance.now() < until) {
      await refreshOf(runner, user);
      done += 1;
    }
  };
  const taken = await timed(() =>
    Promise.all(Array.from({ length: Math.min(CONCURRENT, users) }, (_, user) => one(user))),
  );
  return done / taken;
}

async function refreshOf(runner: Runner, user: number): Promise<void> {
  const { served, tokens } = runner;
  try {
    tokens[user] = await served.refresh(tokens[user] ?? '');
  } catch {
    runner.errors += 1;
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}
