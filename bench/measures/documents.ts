import { CONCURRENT, DISCOVERY, JWKS } from '../figures.ts';
import type { Served } from '../served.ts';
import { atOnce, inTurns, orderOf, type Sample, TURNS, timed } from '../turns.ts';
import type { Workbench } from '../workbench.ts';

const PATHS = [
  [JWKS, '/.well-known/jwks.json'],
  [DISCOVERY, '/.well-known/openid-configuration'],
] as const;

/** Documents a second over 16 connections, against a Worker that answers the same bytes as a constant. */
export async function measureDocuments(bench: Workbench): Promise<Sample[][]> {
  await bench.seed('documents', []);
  const rounds: Sample[][] = [];
  for (let round = 0; round < bench.sizes.rounds; round += 1) {
    const edgemint = await bench.start('edgemint', 'documents');
    const [jwks, discovery] = await Promise.all(PATHS.map(([, path]) => edgemint.get(path)));
    const texts = { JWKS: jwks?.text ?? '', DISCOVERY: discovery?.text ?? '' };
    const constant = await bench.start('constant', 'documents', texts);
    const runners = orderOf(round, [constant, edgemint]);
    try {
      rounds.push(await measureRound(runners, bench.sizes.calls));
    } finally {
      await Promise.all(runners.map((served) => served.stop()));
    }
  }
  return rounds;
}

async function measureRound(runners: readonly Served[], calls: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const [figure, path] of PATHS) {
    const fetchAll = (served: Served) =>
      atOnce(CONCURRENT, calls, async () => {
        const { status } = await served.get(path);
        if (status !== 200) throw new Error(`${served.name} answered ${status} to ${path}`);
      });
    for (const served of runners) await fetchAll(served);
    const taken = await inTurns(
      runners,
      async (served) => calls / (await timed(() => fetchAll(served))),
      2 * TURNS,
    );
    for (const [{ name }, turns] of taken) samples.push({ figure, of: name, turns, errors: 0 });
  }
  return samples;
}
