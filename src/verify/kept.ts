import { maxAgeOf } from '../core/max-age.ts';

/** A copy of something of the issuer's, and how long it is good. Epoch seconds. */
export type Copy<T> = {
  value: T;
  /** From then on it is renewed in the background, */
  freshUntil: number;
  /** from then on callers wait for the renewal, */
  graceUntil: number;
  /** and from then on it isn't used any more. */
  usableUntil: number;
};

/** Hands a promise to the runtime, which would otherwise drop what is under way when a request has been answered. */
export type KeepAlive = (work: Promise<unknown>) => void;

/** A load that takes longer is given up. On Workers it may have died with the request that began it. */
const LONGEST_LOAD_SECONDS = 5;
/** What somebody else waits for it, when the one before it failed. */
const LONGEST_WAIT_AFTER_FAILURE_SECONDS = 1;
const PAUSE_AFTER_TRY_SECONDS = 5;
const GRACE_AFTER_FAILURE_SECONDS = 60;

export type KeptOptions<T> = {
  load(now: number): Promise<Copy<T>>;
  report(fault: unknown): void;
  /** Its callers can do without: in an outage that is known they don't wait for it. */
  isOptional?: boolean;
};

/** Something that is fetched once, kept, renewed in the background, and used on for a while when it can't be renewed. */
export class Kept<T> {
  readonly #options: KeptOptions<T>;
  #copy: Copy<T> | undefined;
  #pending: Promise<void> | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;
  #failedAt: number | undefined;

  constructor(options: KeptOptions<T>) {
    this.#options = options;
  }

  /** @returns what is at hand, or a promise of it where it must be waited for; `undefined` if there is none that is usable */
  get(now: number, keepAlive: KeepAlive): T | undefined | Promise<T | undefined> {
    const copy = this.#copy;
    if (copy && now < copy.freshUntil) return copy.value;
    if (this.#isAwaited(now)) return this.renew(now, PAUSE_AFTER_TRY_SECONDS).then(() => this.#usable(now));
    // What is under way was handed over by who began it.
    if (!this.#underWay(now))
      handOver(this.renew(now, PAUSE_AFTER_TRY_SECONDS), keepAlive, this.#options.report);
    return this.#usable(now);
  }

  /** In an outage nobody waits for each try, if there is something to go on with. */
  #isAwaited(now: number): boolean {
    const isKnownOutage =
      this.#failedAt !== undefined && Math.abs(now - this.#failedAt) < GRACE_AFTER_FAILURE_SECONDS;
    if (this.#usable(now) === undefined) return !(isKnownOutage && this.#options.isOptional);
    return !isKnownOutage && now >= (this.#copy?.graceUntil ?? now);
  }

  /**
   * Loads it anew, unless that is under way or was last tried less than `pauseSeconds` ago.
   *
   * @returns settles when the attempt has ended; it never rejects
   */
  renew(now: number, pauseSeconds: number): Promise<void> {
    const pending = this.#underWay(now);
    const patience = this.#failedAt === undefined ? LONGEST_LOAD_SECONDS : LONGEST_WAIT_AFTER_FAILURE_SECONDS;
    // Another request's promise may never settle. Who began it sees it through: on Workers it lives no longer than that request.
    if (pending) return within(pending, patience).catch(() => undefined);
    if (this.#secondsSinceTry(now) < pauseSeconds) return Promise.resolve();
    this.#triedAt = now;
    const attempt: Promise<void> = this.#attempt(now).finally(() => {
      if (this.#pending === attempt) this.#pending = undefined;
    });
    this.#pending = attempt;
    return attempt;
  }

  #underWay(now: number): Promise<void> | undefined {
    return this.#secondsSinceTry(now) < LONGEST_LOAD_SECONDS ? this.#pending : undefined;
  }

  /** Whichever way: a clock that was put back must not hold the next attempt up. */
  #secondsSinceTry(now: number): number {
    return Math.abs(now - this.#triedAt);
  }

  async #attempt(now: number): Promise<void> {
    try {
      this.#copy = await within(this.#options.load(now), LONGEST_LOAD_SECONDS);
      this.#failedAt = undefined;
    } catch (fault) {
      this.#failedAt = now;
      this.#options.report(fault);
    }
  }

  #usable(now: number): T | undefined {
    return this.#copy && now < this.#copy.usableUntil ? this.#copy.value : undefined;
  }
}

/** Leaves work to the runtime. A `waitUntil` that throws (without its `ctx`, say) is no reason to refuse anybody. */
export function handOver(work: Promise<unknown>, keepAlive: KeepAlive, report: (fault: unknown) => void) {
  try {
    keepAlive(work);
  } catch (fault) {
    report(fault);
  }
}

/** Waits no longer than that, whatever becomes of the work: a `fetch` need not heed its signal. @throws if it isn't done by then */
async function within<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There was no answer for ${seconds} s`)), seconds * 1_000);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** `fetch`, as far as it is needed here: a service binding's will do. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const LONGEST_BODY_BYTES = 1_048_576;

/** @returns the body and how long its `Cache-Control` lets it be kept; it throws if there is no such body */
export async function fetchFresh(
  fetch: Fetch,
  url: string,
  accept: string,
): Promise<{ text: string; maxAgeSeconds: number | undefined }> {
  const response = await fetch(url, {
    headers: { Accept: accept },
    // An issuer that sends us elsewhere isn't the one that was named.
    redirect: 'manual',
    signal: AbortSignal.timeout(LONGEST_LOAD_SECONDS * 1_000),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  const text = await readText(response.body);
  if (text === undefined) throw new Error(`${url} answered with too long a body`);
  return { text, maxAgeSeconds: maxAgeOf(response.headers) };
}

/** @returns `undefined` for a body that is too long: no more than that of it is ever held */
async function readText(body: ReadableStream<Uint8Array> | null): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > LONGEST_BODY_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
