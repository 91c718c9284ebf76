import type { Ledger } from './ledger.ts';

type Stored = { sessions: { sid: string; idle_expires_at: number }[] };

/** While the last confirmation is younger, a guard puts without looking (DESIGN.md, "The refresh-token store"). */
const FRESH_SECONDS = 300;
const SECOND_LOOK_SECONDS = 310;
/** A delete of the guard's own may land that much later; until a put has come after that, nobody can tell the two apart. */
const STRAY_SECONDS = 90;

/** Looks at one user's KV calls from outside: is an operator's delete noticed, and never written over once it should be? */
export class OperatorWatch {
  readonly #ledger: Ledger;
  readonly #clock: () => number;
  #confirmedAt = Number.NEGATIVE_INFINITY;
  /** The highest session number in a record that KV confirmed to the guard. */
  #confirmedHighest = 0;
  /** The highest in any record that was sent. */
  #highestSent = 0;
  #deleted: { sids: Set<string>; expectedUntil: number } | undefined;
  #missedAt: number | undefined;
  /** A delete that the guard sent then may not have landed. */
  #doubtedSince: number | undefined;

  constructor(ledger: Ledger, clock: () => number) {
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /** An operator deleted this value: every session that KV may have shown is excused from P2. */
  deletedByHand(user: string, value: string, idleTtlSeconds: number): void {
    for (const { sid, number } of this.#ledger.of(user))
      if (number <= this.#highestSent) this.#ledger.excuse(sid, 'its record was deleted by hand');
    const sessions = (JSON.parse(value) as Stored).sessions.filter(
      ({ sid }) => Number.parseInt(sid, 36) <= this.#confirmedHighest,
    );
    const latestEnd = Math.max(0, ...sessions.map((session) => session.idle_expires_at));
    // Near its end KV may have forgotten the record by itself: the guard notes that instant roughly.
    const expectedUntil = latestEnd - idleTtlSeconds / 8;
    // While a delete of the guard's own may be about, P2 comes first, and nothing is asked for.
    const asked = this.#doubtedSince === undefined ? sessions : [];
    this.#deleted = { sids: new Set(asked.map(({ sid }) => sid)), expectedUntil };
    this.#missedAt = undefined;
  }

  put(value: string): void {
    this.#highestSent = Math.max(this.#highestSent, highestIn(value));
    const deleted = this.#deleted;
    const now = this.#clock();
    if (!deleted || now >= deleted.expectedUntil || now - this.#confirmedAt <= FRESH_SECONDS) return;
    if ((JSON.parse(value) as Stored).sessions.some(({ sid }) => deleted.sids.has(sid)))
      this.#ledger.violate('operator', 'A record that an operator deleted was written again');
  }

  /** From here on a delete of the guard's own may be about: one goes out, or a guard begins that knows of none. */
  doubt(): void {
    this.#doubtedSince = this.#clock();
  }

  /** @param isHeard whether the guard surely took note of it: a call that it gave up may be confirmed all the same */
  confirmed(value: string | undefined, isHeard: boolean): void {
    this.#confirmedAt = this.#clock();
    this.#deleted = undefined;
    if (!isHeard) return;
    if (this.#clock() >= (this.#doubtedSince ?? 0) + STRAY_SECONDS) this.#doubtedSince = undefined;
    if (value !== undefined) this.#confirmedHighest = highestIn(value);
  }

  read(isThere: boolean): void {
    if (isThere) this.#confirmedAt = this.#clock();
    this.#missedAt = isThere ? undefined : (this.#missedAt ?? this.#clock());
  }

  /** The storage was lost: what was confirmed is forgotten, and whether a delete was under way. */
  forget(): void {
    this.doubt();
    this.#confirmedAt = Number.NEGATIVE_INFINITY;
    this.#confirmedHighest = 0;
    this.#deleted = undefined;
    this.#missedAt = undefined;
  }

  /** At the end of a history. `held`: the sessions that the guard still has. */
  check(held: readonly { sid: string }[]): void {
    const { sids } = this.#deleted ?? {};
    if (!sids || this.#missedAt === undefined || this.#clock() - this.#missedAt < SECOND_LOOK_SECONDS) return;
    if (held.some(({ sid }) => sids.has(sid)))
      this.#ledger.violate('operator', 'A session outlived the operator’s delete of its record');
  }

  /** A delete that nobody has had reason to notice yet. */
  get isPending(): boolean {
    return this.#deleted !== undefined;
  }
}

function highestIn(value: string): number {
  const { sessions } = JSON.parse(value) as Stored;
  return Math.max(0, ...sessions.map(({ sid }) => Number.parseInt(sid, 36)));
}
