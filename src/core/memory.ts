type Entry<T> = { value: T; isUsed: boolean };

/** What part of it stays without having been used again: it has had no time for that. */
const NEWEST_PART = 4;

/**
 * Remembers what was used last, no more than `capacity` of it. A use costs one look-up and is noted at its entry; when there is
 * no more room, what wasn't used since the last time is forgotten, but for the newest quarter.
 */
export class Memory<T> {
  #entries = new Map<string, Entry<T>>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.isUsed = true;
    return entry.value;
  }

  set(key: string, value: T): void {
    if (this.#entries.size >= this.#capacity && !this.#entries.has(key)) this.#makeRoom();
    this.#entries.set(key, { value, isUsed: false });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Begins anew with what stays: what goes needn't be taken out one by one. */
  #makeRoom(): void {
    const newest = Math.floor(this.#capacity / NEWEST_PART);
    const all = [...this.#entries];
    const kept = all.filter(([, { isUsed }], index) => isUsed || index >= all.length - newest);
    // Is nearly all of it in use, the oldest goes all the same.
    const most = this.#capacity - Math.max(1, newest);
    this.#entries = new Map(kept.slice(Math.max(0, kept.length - most)));
    for (const entry of this.#entries.values()) entry.isUsed = false;
  }
}
