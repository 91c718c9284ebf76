import type { Revocation, StatusList } from '../../src/core/status/status-list.ts';

/** Status lists that a test holds in its hands. */
export class ScriptedStatusList implements StatusList {
  /** What every call comes to while it is set. */
  outage: Error | undefined;
  readonly revoked: Revocation[] = [];
  #next = 0;

  async allocate() {
    if (this.outage) throw this.outage;
    this.#next += 1;
    return { shard: 0, index: this.#next };
  }

  async revoke(revocations: readonly Revocation[]) {
    if (this.outage) throw this.outage;
    this.revoked.push(...revocations);
  }

  isRevoked(index: number | undefined): boolean {
    return this.revoked.some((revocation) => revocation.index === index);
  }
}
