import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** What goes wrong, as probabilities from 0 to 1. */
export type KvFaults = {
  /** A call fails. */
  failure: number;
  /** A write that failed lands all the same, within a minute. */
  lateLanding: number;
  /** A call takes longer than its caller is likely to wait. */
  hanging: number;
  /** A location is in a burst: its copies and the spread of writes to it take twice as long. */
  burst: number;
};

export const NO_FAULTS: KvFaults = { failure: 0, lateLanding: 0, hanging: 0, burst: 0 };

export type KvCall = {
  kind: 'get' | 'put' | 'delete';
  key: string;
  location: string;
  at: number;
  outcome: 'pending' | 'ok' | 'failed';
};

type Version = { value: string | null; landedAt: number; expiresAt: number; location: string };
type Copy = { version: Version | undefined; freshUntil: number };
type Key = { versions: Version[]; lastWriteAt: number; lastFaultAt: number; copies: Map<string, Copy> };

/** A copy lives that long, and a write needs at most as long to be seen elsewhere; twice that in a burst. */
const COPY_SECONDS = 60;
const SPREAD_SECONDS = 30;
const SHORTEST_TTL_SECONDS = 60;
const WRITE_SPACING_SECONDS = 1;
const LONGEST_USUAL_SECONDS = 0.4;
const LONGEST_LANDING_SECONDS = 59;
/** However long it hung, counted from its beginning. */
const LATEST_LANDING_SECONDS = 89;
/** No read is older than this. */
export const STALEST_SECONDS = 2 * (COPY_SECONDS + SPREAD_SECONDS);

/**
 * Workers KV as its documents describe it, with everything that may go wrong going wrong: each edge location reads its own
 * cached copy for up to a minute and longer in bursts, absence is cached too, the last write wins, a second write to a key
 * within a second is a 429, calls fail, and a failed write may land later. Deterministic: its clock and its luck are given.
 *
 * @see https://developers.cloudflare.com/kv/concepts/how-kv-works/ and https://developers.cloudflare.com/kv/platform/limits/
 */
export class HostileKv {
  faults: KvFaults = NO_FAULTS;
  /** Every call fails at once. */
  outage = false;
  /** Calls of the last history, oldest first. */
  readonly calls: KvCall[] = [];
  readonly #keys = new Map<string, Key>();
  readonly #timeline: Timeline;
  readonly #random: Random;

  constructor(timeline: Timeline, random: Random) {
    this.#timeline = timeline;
    this.#random = random;
  }

  /** The namespace as a Worker at that location sees it. */
  at(location: string): KVNamespace {
    return {
      get: (key: string) => this.#get(key, location),
      put: (key: string, value: string, options?: { expirationTtl?: number }) =>
        this.#put(key, value, location, options?.expirationTtl),
      delete: (key: string) => this.#write('delete', key, null, Number.POSITIVE_INFINITY, location),
    } as unknown as KVNamespace;
  }

  /** What every location will read once all is quiet. */
  stored(key: string): string | null {
    return this.#alive(this.#key(key).versions.at(-1));
  }

  /** When something last went wrong with a key: a call failed or hung, a failed write landed, somebody deleted it by hand. */
  lastFaultAt(key: string): number {
    return this.#key(key).lastFaultAt;
  }

  /** An operator's `wrangler kv key delete`: a write like any other, from elsewhere, that goes well. */
  deleteByHand(key: string): void {
    this.#fault(key);
    this.#land(key, null, Number.POSITIVE_INFINITY, 'operator');
  }

  async #get(key: string, location: string): Promise<string | null> {
    const call = await this.#call('get', key, location);
    call.outcome = 'ok';
    const value = this.#alive(this.#read(this.#key(key), location));
    this.#timeline.tell(`KV ${key} at ${location} reads ${value}`);
    return value;
  }

  async #put(key: string, value: string, location: string, ttlSeconds?: number): Promise<void> {
    if (ttlSeconds !== undefined && !(ttlSeconds >= SHORTEST_TTL_SECONDS)) {
      throw new Error(
        `KV PUT failed: 400 Invalid expiration_ttl of ${ttlSeconds}. Expiration TTL must be at least ${SHORTEST_TTL_SECONDS}.`,
      );
    }
    const expiresAt = this.#timeline.now + (ttlSeconds ?? Number.POSITIVE_INFINITY);
    await this.#write('put', key, value, expiresAt, location);
  }

  async #write(
    kind: 'put' | 'delete',
    key: string,
    value: string | null,
    expiresAt: number,
    location: string,
  ): Promise<void> {
    const held = this.#key(key);
    if (this.#timeline.now - held.lastWriteAt < WRITE_SPACING_SECONDS) {
      this.#log(kind, key, location).outcome = 'failed';
      this.#fault(key);
      throw new Error(`KV ${kind.toUpperCase()} failed: 429 Too Many Requests`);
    }
    const land = () => this.#land(key, value, expiresAt, location);
    const latest = this.#timeline.now + LATEST_LANDING_SECONDS;
    const call = await this.#call(kind, key, location, () => {
      if (this.#random() < this.faults.lateLanding) {
        const at = this.#timeline.now + this.#random() * LONGEST_LANDING_SECONDS;
        this.#timeline.schedule(Math.min(at, latest), () => {
          this.#fault(key);
          land();
        });
      }
    });
    land();
    call.outcome = 'ok';
  }

  /** Takes its time, and throws if the call fails. */
  async #call(kind: KvCall['kind'], key: string, location: string, failed?: () => void): Promise<KvCall> {
    const call = this.#log(kind, key, location);
    const latency = this.#latency();
    await this.#timeline.sleep(latency);
    if (latency > LONGEST_USUAL_SECONDS) this.#fault(key);
    if (this.outage || this.#random() < this.faults.failure) {
      failed?.();
      call.outcome = 'failed';
      this.#fault(key);
      this.#timeline.tell(`KV ${kind} ${key} at ${location} fails`);
      throw new Error(`KV ${kind.toUpperCase()} failed: 500 Internal Server Error`);
    }
    return call;
  }

  #latency(): number {
    const luck = this.#random();
    if (luck < this.faults.hanging) return 20 + this.#random() * 25;
    return luck < 0.5 ? 0 : this.#random() * LONGEST_USUAL_SECONDS;
  }

  #land(key: string, value: string | null, expiresAt: number, location: string): void {
    const held = this.#key(key);
    const version = { value, landedAt: this.#timeline.now, expiresAt, location };
    this.#timeline.tell(`KV ${key} from ${location} is ${value}`);
    held.lastWriteAt = this.#timeline.now;
    // What no location can still be reading is dropped.
    while ((held.versions[1]?.landedAt ?? Number.POSITIVE_INFINITY) < this.#timeline.now - STALEST_SECONDS)
      held.versions.shift();
    held.versions.push(version);
    held.copies.set(location, { version, freshUntil: this.#timeline.now + COPY_SECONDS });
  }

  #read(held: Key, location: string): Version | undefined {
    const copy = held.copies.get(location);
    if (copy && this.#timeline.now < copy.freshUntil) return copy.version;
    const stretch = this.#random() < this.faults.burst ? 2 : 1;
    const seenUntil = this.#timeline.now - this.#random() * SPREAD_SECONDS * stretch;
    const version = held.versions.findLast(
      (each) => each.landedAt <= seenUntil || each.location === location,
    );
    const freshUntil = this.#timeline.now + this.#random() * COPY_SECONDS * stretch;
    held.copies.set(location, { version, freshUntil });
    return version;
  }

  #alive(version: Version | undefined): string | null {
    return version && this.#timeline.now < version.expiresAt ? version.value : null;
  }

  #key(key: string): Key {
    let held = this.#keys.get(key);
    if (!held) {
      const never = Number.NEGATIVE_INFINITY;
      held = { versions: [], lastWriteAt: never, lastFaultAt: never, copies: new Map() };
      this.#keys.set(key, held);
    }
    return held;
  }

  #fault(key: string): void {
    this.#key(key).lastFaultAt = this.#timeline.now;
  }

  #log(kind: KvCall['kind'], key: string, location: string): KvCall {
    const call: KvCall = { kind, key, location, at: this.#timeline.now, outcome: 'pending' };
    this.calls.push(call);
    return call;
  }
}
