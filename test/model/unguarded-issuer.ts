import type { Accounts, Grant, RefreshOutcome, RefreshRequest } from '../../src/core/account/accounts.ts';
import { decide } from '../../src/core/account/rotation.ts';
import { idleEnd, type Session } from '../../src/core/account/session.ts';
import { createSessionId, nextSessionNumber } from '../../src/core/account/session-id.ts';
import {
  formatSessionRecord,
  parseSessionRecord,
  type SessionRecord,
} from '../../src/core/account/session-record.ts';
import { type Issuer, type Surroundings, somewhere } from './issuer.ts';

/**
 * The baseline: the same rule of rotation, with its keys, straight on KV. Each request reads the record where it arrives,
 * decides, writes the record, and answers; a call that fails is made once more. It has no guard, so nothing can be evicted.
 */
export class UnguardedIssuer implements Issuer {
  readonly accounts: Accounts;
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
    this.accounts = {
      signIn: async (user, request) => {
        const grant = await this.#change(user, (record, now) => {
          const number = nextSessionNumber(record.highest, now);
          const session = this.#open(number, request, now);
          const sessions = [...record.sessions, session];
          return { record: { highest: number, sessions }, answer: grantOf(session) };
        });
        return { kind: 'opened', grant };
      },
      refresh: (user, request) => this.#refresh(user, request),
      isLive: async (user, sid) => (await this.#read(user)).sessions.some((each) => each.sid === sid),
      list: async () => [],
      listReused: async () => [],
      end: async (user, sid) => {
        await this.#change(user, (record) => ({ record: without(record, sid), answer: undefined }));
        return { ended: true };
      },
      endAll: (user) =>
        this.#change(user, (record) => ({ record: { ...record, sessions: [] }, answer: undefined })),
      changePassword: async (user, { passwordHash, credentialsVersion, keep }) => {
        const change = { passwordHash, credentialsVersion: credentialsVersion + 1 };
        await this.#around.directory.changeCredentials(user, change);
        await this.#change(user, (record) => ({
          record: { ...record, sessions: record.sessions.filter(({ sid }) => sid === keep) },
          answer: undefined,
        }));
        return true;
      },
      changeCredentials: async () => true,
    } as Partial<Accounts> as Accounts;
  }

  evict(): void {}

  loseStorage(): void {}

  deleteRecord(user: string): void {
    for (const { sid } of this.#around.ledger.of(user))
      this.#around.ledger.excuse(sid, 'its record was deleted by hand');
    this.#around.kv.deleteByHand(user);
  }

  isLagging(): boolean {
    return false;
  }

  /** It holds nothing itself. */
  held(): undefined {
    return undefined;
  }

  checkAtRest(): void {}

  #refresh(user: string, request: RefreshRequest): Promise<RefreshOutcome> {
    return this.#change<RefreshOutcome>(user, (record, now) => {
      const session = record.sessions.find(({ sid }) => sid === request.facts.sid);
      // What KV holds is all there is to know: no token is believed over it.
      const known = session && { ...session, restored: false };
      const presented = { ...request, expiresAt: request.validUntil };
      const outcome = decide(known, presented, this.#around.policy, now);
      if (outcome.kind === 'reused') return { record: without(record, request.facts.sid), answer: outcome };
      if (!('session' in outcome)) return { record: undefined, answer: outcome };
      const next = { ...outcome.session, jti: crypto.randomUUID() };
      const others = without(record, next.sid);
      return {
        record: { ...others, sessions: [...others.sessions, next] },
        answer: { kind: outcome.kind, grant: grantOf(next) },
      };
    });
  }

  /** Reads, decides, writes. */
  async #change<T>(
    user: string,
    decideOn: (record: SessionRecord, now: number) => { record: SessionRecord | undefined; answer: T },
  ): Promise<T> {
    const { kv, timeline, random } = this.#around;
    const store = kv.at(somewhere(random));
    const { record, answer } = decideOn(await this.#read(user, store), timeline.now);
    if (!record) return answer;
    const { value, ttlSeconds } = formatSessionRecord(record, timeline.now);
    await twice(() => store.put(user, value, { expirationTtl: ttlSeconds }));
    return answer;
  }

  async #read(user: string, store = this.#around.kv.at('icn')): Promise<SessionRecord> {
    const text = await twice(() => store.get(user));
    return (text === null ? undefined : parseSessionRecord(text)) ?? { highest: 0, sessions: [] };
  }

  #open(number: number, request: Parameters<Accounts['signIn']>[1], now: number): Session {
    const { clientId, scope, amr, origin, place } = request;
    const authTime = Math.floor(now);
    const expiresAt = authTime + this.#around.policy.refreshAbsoluteTtlSeconds;
    return {
      sid: createSessionId(number, crypto.randomUUID().replaceAll('-', '').slice(16)),
      ...{ clientId, scope, amr, authTime, expiresAt, place, generation: 0, spent: [], restored: false },
      ...(origin !== undefined && { origin }),
      jti: crypto.randomUUID(),
      openedAt: authTime,
      lastUsedAt: authTime,
      idleExpiresAt: idleEnd({ expiresAt }, now, this.#around.policy),
    };
  }
}

function without(record: SessionRecord, sid: string): SessionRecord {
  return { ...record, sessions: record.sessions.filter((session) => session.sid !== sid) };
}

function grantOf(session: Session): Grant {
  const { sid, clientId, scope, amr, authTime, origin, expiresAt, generation, jti, idleExpiresAt } = session;
  return {
    ...{ sid, clientId, scope, amr, authTime, expiresAt, generation, jti },
    ...(origin !== undefined && { origin }),
    validUntil: Math.min(idleExpiresAt, expiresAt),
  };
}

async function twice<T>(call: () => Promise<T>): Promise<T> {
  return call().catch(() => call());
}
