import * as fc from 'fast-check';

/** One thing that happens. Numbers that name a client, user, message and so on count round those there are. */
export type Step =
  | { do: 'sign in'; client: number; user: number }
  /** A page or app sends a refresh; `late`: the browser takes its cookies only when the request goes out. */
  | { do: 'refresh'; client: number; late: boolean }
  /** Refreshes that all go well, one after another. */
  | { do: 'refresh in peace'; client: number; times: number }
  | { do: 'log out' | 'end all' | 'change password' | 'steal'; client: number }
  /** A request reaches the issuer; `again`: a duplicate of it stays under way. */
  | { do: 'deliver'; message: number; again: boolean }
  | { do: 'lose request' | 'lose answer'; message: number }
  /** An answer reaches its client; unless `read`, the page has died, and only its cookies arrive. */
  | { do: 'answer'; message: number; read: boolean }
  /** Somebody else sends a captured request to the letter, and gets the answer. */
  | { do: 'replay'; message: number }
  | { do: 'thief refreshes'; loot: number; keyed: boolean }
  | { do: 'pass'; seconds: number }
  | { do: 'evict' | 'lose storage' | 'delete record' | 'read at edge'; user: number }
  | { do: 'KV fails'; often: boolean }
  | { do: 'KV outage' | 'directory outage' | 'flush cookies' | 'crash browser' }
  | { do: 'all is well' };

/** How a history is set up. */
export type Setting = {
  cast: keyof typeof CASTS;
  /** Sessions that end within hours in place of weeks. */
  isShort: boolean;
  /** In the end the record must be right before any client does anything. */
  recordFirst: boolean;
  seed: number;
};

export type History = { setting: Setting; steps: Step[] };

/** Who takes part, a letter each: an app with keys, one without (`n`), or the pages of one of two origins in the browser. */
export const CASTS = {
  'an app': 'a',
  'two apps': 'aa',
  'an app without keys': 'na',
  tabs: 'x',
  'two origins': 'xya',
  everybody: 'aanxya',
} as const;

const index = fc.nat({ max: 11 });
const bool = fc.boolean();
const client = index;
const user = fc.nat({ max: 2 });
const message = index;

const seconds = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0.2, 1, 2, 5) },
  { weight: 3, arbitrary: fc.constantFrom(9.9, 10, 11, 31, 60, 65) },
  { weight: 3, arbitrary: fc.constantFrom(130, 301, 310, 599, 601, 700) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(3_599, 3_601, 7_000, 86_400, 8 * 86_400, 14 * 86_400, 15 * 86_400),
  },
);

function weighted<const D extends Step['do'], R extends object>(
  weight: number,
  kinds: readonly D[],
  rest: { [K in keyof R]: fc.Arbitrary<R[K]> },
) {
  return { weight, arbitrary: fc.record({ do: fc.constantFrom(...kinds), ...rest }) as fc.Arbitrary<never> };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(6, ['sign in'], { client, user }),
  weighted(14, ['refresh'], { client, late: bool }),
  weighted(10, ['refresh in peace'], { client, times: fc.constantFrom(1, 1, 1, 2, 3, 17, 20) }),
  weighted(18, ['deliver'], { message, again: bool }),
  weighted(14, ['answer'], { message, read: fc.constantFrom(true, true, false) }),
  weighted(4, ['lose request', 'lose answer'], { message }),
  weighted(12, ['pass'], { seconds }),
  weighted(3, ['steal'], { client }),
  weighted(4, ['thief refreshes'], { loot: index, keyed: bool }),
  weighted(1, ['replay'], { message }),
  weighted(2, ['log out', 'end all', 'change password'], { client }),
  weighted(5, ['evict'], { user }),
  weighted(2, ['lose storage'], { user }),
  weighted(2, ['delete record', 'read at edge'], { user }),
  weighted(2, ['KV fails'], { often: bool }),
  weighted(2, ['KV outage', 'directory outage', 'all is well'], {}),
  weighted(2, ['flush cookies', 'crash browser'], {}),
);

const setting: fc.Arbitrary<Setting> = fc.record({
  cast: fc.constantFrom(...(Object.keys(CASTS) as (keyof typeof CASTS)[])),
  isShort: fc.constantFrom(false, false, true),
  recordFirst: bool,
  seed: fc.nat({ max: 2 ** 31 - 1 }),
});

/** Histories of up to that many steps; most have as many, since one that ends early finds little. */
export function histories(longest: number): fc.Arbitrary<History> {
  return fc.record({ setting, steps: fc.array(step, { maxLength: longest, size: 'max' }) });
}
