import type { ContestantName } from '../contestants.ts';
import { AT_ONCE, CONCURRENT, IN_TURN } from '../figures.ts';
import type { Served } from '../served.ts';
import { inTurns, orderOf, type Sample, TURNS, timed } from '../turns.ts';
import type { Users } from '../users.ts';
import type { Workbench } from '../workbench.ts';

const REFRESHING: readonly ContestantName[] = [
  'floor',
  'guarded-floor',
  'edgemint',
  'openauth',
  'workers-oauth-provider',
];

type Runner = { served: Served; users: Users };

/** Refreshes a second: users in turn, each with the newest token it got, and then 16 of them as fast as they can. */
export async function measureRefresh(bench: Workbench): Promise<Sample[][]> {
  const all = new Map<ContestantName, Users>();
  for (const name of REFRESHING) all.set(name, await bench.prepareUsers(name, 'refresh', bench.sizes.users));
  const rounds: Sample[][] = [];
  for (let round = 0; round < bench.sizes.rounds; round += 1) {
    const runners: Runner[] = [];
    try {
      for (const [name, users] of orderOf(round, [...all]))
        runners.push({ served: await bench.start(name, 'refresh'), users });
      rounds.push(await measureRound(bench, runners));
    } finally {
      await Promise.all(runners.map(({ served }) => served.stop()));
    }
  }
  for (const [name, { faults }] of all) if (faults.size > 0) console.log(`${name}:`, ...faults);
  return rounds;
}

async function measureRound({ sizes }: Workbench, runners: readonly Runner[]): Promise<Sample[]> {
  const share = Math.ceil(sizes.users / TURNS);
  // A new process learns what is hot, by those who come last: till then their guards are at rest again, as everybody's are.
  for (const { served, users } of runners)
    for (let user = sizes.users - share; user < sizes.users; user += 1) await users.refresh(served, user);
  for (const { users } of runners) users.takeErrors();
  const oneByOne = await inTurns(runners, async ({ served, users }, turn) => {
    const seconds = await timed(async () => {
      for (let user = 0; user < share; user += 1)
        await users.refresh(served, (turn * share + user) % sizes.users);
    });
    return share / seconds;
  });
  const samples = toSamples(IN_TURN, oneByOne);
  const atOnce = await inTurns(runners, (runner) => fast(runner, sizes.seconds / TURNS));
  return [...samples, ...toSamples(AT_ONCE, atOnce)];
}

async function fast({ served, users }: Runner, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  let done = 0;
  const one = async (user: number) => {
    while (performance.now() < until) {
      await users.refresh(served, user);
      done += 1;
    }
  };
  const taken = await timed(() => Promise.all(Array.from({ length: CONCURRENT }, (_, user) => one(user))));
  return done / taken;
}

function toSamples(figure: string, taken: ReadonlyMap<Runner, number[]>): Sample[] {
  return [...taken].map(([{ served, users }, turns]) => ({
    ...{ figure, of: served.name, turns },
    errors: users.takeErrors(),
  }));
}
