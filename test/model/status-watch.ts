import type { Grant } from '../../src/core/account/accounts.ts';
import type { Revocation, StatusIndex, StatusList } from '../../src/core/status/status-list.ts';
import type { Ledger } from './ledger.ts';

/** What `ACCESS_TOKEN_TTL` may be set to: a guard that begins anew was deployed with another one than the last. */
const TTLS_SECONDS = [3_600, 600];
/** Between a guard's decision and the token made for it. */
const SLACK_SECONDS = 60;

/** One user's places in the status lists, seen from outside: does the bit of a session that ended outlive its access tokens? */
export class StatusWatch implements StatusList {
  readonly #ledger: Ledger;
  readonly #clock: () => number;
  #lives = 0;
  #next = 0;
  /** The place of each session, and until when its access tokens live, as far as its guard can know. */
  readonly #tokens = new Map<string, { index: number | undefined; until: number }>();
  /** Until when a session's bit stands, by its place. */
  readonly #bits = new Map<number, number>();

  constructor(ledger: Ledger, clock: () => number) {
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /** A guard begins. @returns the setting that it was deployed with */
  begin(): number {
    this.#lives += 1;
    return this.#ttl;
  }

  get #ttl(): number {
    return TTLS_SECONDS[this.#lives % TTLS_SECONDS.length] as number;
  }

  async allocate(): Promise<StatusIndex> {
    this.#next += 1;
    return { shard: 0, index: this.#next };
  }

  /** A pair is made. */
  minted({ sid, status }: Grant): void {
    const until = Math.floor(this.#clock()) + this.#ttl;
    const latest = Math.max(this.#tokens.get(sid)?.until ?? 0, until);
    this.#tokens.set(sid, { index: status?.index, until: latest });
  }

  async revoke(revocations: readonly Revocation[]): Promise<void> {
    for (const { index, mintedAt, tokensUntil = 0 } of revocations) {
      const until = Math.max(mintedAt + this.#ttl, tokensUntil) + SLACK_SECONDS;
      this.#bits.set(index, Math.max(this.#bits.get(index) ?? 0, until));
    }
  }

  /** The storage was lost: what was made before is known to nobody any more. */
  forget(): void {
    this.#tokens.clear();
  }

  /** At the end of a history. */
  check(user: string): void {
    for (const { sid, endedSince, validUntil } of this.#ledger.of(user)) {
      const tokens = this.#tokens.get(sid);
      if (!tokens || endedSince === undefined || endedSince >= Math.min(validUntil, tokens.until)) continue;
      const bitUntil = this.#bits.get(tokens.index ?? 0) ?? 0;
      if (bitUntil < tokens.until)
        this.#ledger.violate('P4', 'An access token outlives the bit of its session, whose end was answered');
    }
  }
}
