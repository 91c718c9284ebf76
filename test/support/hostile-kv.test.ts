import { beforeEach, describe, expect, it } from 'vitest';
import { HostileKv, NO_FAULTS, STALEST_SECONDS } from './hostile-kv.ts';
import { createRandom } from './random.ts';
import { Timeline } from './timeline.ts';

const START = 1_000_000;
const DAY = 86_400;
let timeline: Timeline;
let kv: HostileKv;

/** Waits for a call while time passes. */
async function done<T>(call: Promise<T>, seconds = 1): Promise<T> {
  const settled = call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await timeline.pass(seconds);
  const outcome = await settled;
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

const put = (value: string, location = 'icn', expirationTtl = DAY) =>
  done(kv.at(location).put('ann', value, { expirationTtl }), 1);
const get = (location = 'icn') => done(kv.at(location).get('ann'));

beforeEach(() => {
  timeline = new Timeline(START);
  kv = new HostileKv(timeline, createRandom(7));
});

describe('the hostile KV', () => {
  it('shows a write where it was made, and everywhere once the stalest copy is gone', async () => {
    await put('one');
    expect(await get('icn')).toBe('one');
    await timeline.pass(STALEST_SECONDS);
    for (const location of ['icn', 'fra', 'iad']) expect(await get(location)).toBe('one');
  });

  it('lets another location read its own copy for up to a minute', async () => {
    await put('old');
    await timeline.pass(STALEST_SECONDS);
    expect(await get('fra')).toBe('old');
    await put('new');
    const seen = new Set<string | null>();
    for (let second = 0; second < 100; second += 1) seen.add(await get('fra'));
    expect([...seen]).toEqual(['old', 'new']);
    expect(await get('icn')).toBe('new');
  });

  it('keeps absence in a copy too', async () => {
    expect(await get('fra')).toBeNull();
    await put('one');
    expect(await get('fra')).toBeNull();
    await timeline.pass(STALEST_SECONDS);
    expect(await get('fra')).toBe('one');
  });

  it('is staler in a burst, but never beyond its bound', async () => {
    kv.faults = { ...NO_FAULTS, burst: 1 };
    let stalest = 0;
    for (let round = 0; round < 50; round += 1) {
      await put(`${round}`);
      const writtenAt = timeline.now;
      while ((await get('fra')) !== `${round}`)
        expect(timeline.now - writtenAt).toBeLessThan(STALEST_SECONDS);
      stalest = Math.max(stalest, timeline.now - writtenAt);
    }
    expect(stalest).toBeGreaterThan(60);
  });

  it('takes one write a second for a key', async () => {
    const first = kv.at('icn').put('ann', 'one');
    await timeline.pass(0.5);
    await first;
    await expect(kv.at('fra').put('ann', 'two')).rejects.toThrow('429');
    await expect(kv.at('fra').delete('ann')).rejects.toThrow('429');
    await done(kv.at('fra').put('bob', 'two'));
    await timeline.pass(1);
    await put('three');
    expect(kv.stored('ann')).toBe('three');
  });

  it('lets the last write win', async () => {
    await put('one', 'icn');
    await put('two', 'fra');
    await timeline.pass(STALEST_SECONDS);
    expect(await get('icn')).toBe('two');
    await done(kv.at('iad').delete('ann'));
    await timeline.pass(STALEST_SECONDS);
    expect(await get('icn')).toBeNull();
  });

  it('refuses a TTL below a minute, and forgets what is over', async () => {
    await expect(put('one', 'icn', 59)).rejects.toThrow('at least 60');
    await put('one', 'icn', 60);
    await timeline.pass(30);
    expect(await get()).toBe('one');
    await timeline.pass(60);
    expect(await get()).toBeNull();
    expect(kv.stored('ann')).toBeNull();
  });

  it('fails now and then; a failed write may land within the next minute, over a newer one', async () => {
    kv.faults = { ...NO_FAULTS, failure: 1, lateLanding: 1 };
    await expect(put('old')).rejects.toThrow('500');
    kv.faults = NO_FAULTS;
    await put('new');
    expect(kv.stored('ann')).toBe('new');
    await timeline.pass(60);
    expect(kv.stored('ann')).toBe('old');
  });

  it('refuses everything in an outage', async () => {
    kv.outage = true;
    await expect(get()).rejects.toThrow('500');
    await expect(put('one')).rejects.toThrow('500');
    await timeline.pass(1_000);
    expect(kv.stored('ann')).toBeNull();
  });

  it('may hang for longer than anybody waits', async () => {
    kv.faults = { ...NO_FAULTS, hanging: 1 };
    const call = kv.at('icn').put('ann', 'one');
    await timeline.pass(19);
    expect(kv.stored('ann')).toBeNull();
    await timeline.pass(30);
    await call;
    expect(kv.stored('ann')).toBe('one');
  });

  it('has the same luck for the same seed', async () => {
    const run = async () => {
      timeline = new Timeline(START);
      kv = new HostileKv(timeline, createRandom(11));
      kv.faults = { failure: 0.3, lateLanding: 0.5, hanging: 0.1, burst: 0.5 };
      const seen: string[] = [];
      for (let round = 0; round < 30; round += 1) {
        seen.push(await done(kv.at('icn').put('ann', `${round}`), 50).then(() => 'ok', String));
        seen.push(await done(kv.at('fra').get('ann'), 50).then(String, String));
      }
      return seen;
    };
    expect(await run()).toEqual(await run());
  });
});
