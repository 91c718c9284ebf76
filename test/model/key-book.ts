import type { CookieName } from '../../src/core/cookies/refresh-jar.ts';

const KEPT_GENERATIONS = 16;

/** A client's `Idempotency-Key`s: one for each generation, kept for the last 16 of a session. */
export class KeyBook {
  readonly #owner: string;
  readonly #sessions = new Map<string, { generation: number; key: string }[]>();
  #made = 0;

  constructor(owner: string) {
    this.#owner = owner;
  }

  keyFor({ sid, generation }: CookieName): string {
    const keys = this.#sessions.get(sid) ?? [];
    const kept = keys.find((each) => each.generation === generation);
    if (kept) return kept.key;
    const key = `${this.#owner}-${this.#made++}`;
    this.#sessions.set(sid, [...keys, { generation, key }].slice(-KEPT_GENERATIONS));
    return key;
  }

  /** Whether it may have had a key for that generation, and has none any more. */
  hasLost({ sid, generation }: CookieName): boolean {
    const keys = this.#sessions.get(sid) ?? [];
    return (
      !keys.some((each) => each.generation === generation) && generation < (keys.at(-1)?.generation ?? 0)
    );
  }
}
