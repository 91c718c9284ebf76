import type { Outcome, Presented, RotationPolicy } from '../../src/core/account/rotation.ts';
import { restoreSession, type Session, type SpentGeneration } from '../../src/core/account/session.ts';
import { createSessionId, type SessionId } from '../../src/core/account/session-id.ts';
import { formatSessionRecord, parseSessionRecord } from '../../src/core/account/session-record.ts';
import { Interner } from './interning.ts';
import type { Rules } from './rules.ts';
import type { Index, Pair } from './world.ts';

/** `unseen`: its guard has lost its storage, and the record is older than the session. */
export type Held = Session | 'none' | 'ended' | 'unseen';
export type Guard = readonly [Held, Held];

const NOW = 2_000_000_000;
const WINDOW_SECONDS = 10;
const POLICY: RotationPolicy = { refreshIdleTtlSeconds: 86_400, retryWindowSeconds: WINDOW_SECONDS };
const PLACE = { device: '', country: '' };
/** Of an attempt without a key, only this counts: the last second of the window, or the first after it. */
const FRESH_AT = NOW - WINDOW_SECONDS + 1;
const STALE_AT = NOW - WINDOW_SECONDS;

const ORIGINS = ['https://app.example.com', 'https://other.example.com'] as const;
const FIRST_NUMBER = 36 ** 5;

export function sidOf(session: Index): SessionId {
  return createSessionId(FIRST_NUMBER + session, '0000000000000000');
}

export function originOf(index: Index): string {
  return ORIGINS[index];
}

/** `decide` with a memory: what a guard holds about the two sessions, stripped of everything that plays no role. */
export class Guards {
  readonly #guards = new Interner<Guard>((guard) => guard.map(canonical).join('|'));
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  id(guard: Guard): number {
    return this.#guards.id(guard);
  }

  held(guard: number, session: Index): Held {
    return this.#guards.value(guard)[session];
  }

  isLive(guard: number, session: Index): boolean {
    const held = this.held(guard, session);
    return held !== 'none' && held !== 'ended';
  }

  /** The generation that the guard knows as current; -1 if it knows none. */
  generation(guard: number, session: Index): number {
    const held = this.held(guard, session);
    return typeof held === 'string' ? -1 : held.generation;
  }

  open(guard: number, session: Index): number {
    return this.#with(guard, session, openSession(session));
  }

  end(guard: number, session: Index): number {
    return this.isLive(guard, session) ? this.#with(guard, session, 'ended') : guard;
  }

  /** As `AccountSessions.refresh` does it. */
  present(guard: number, pair: Pair, keyHash: string | undefined): { outcome: Outcome; guard: number } {
    const held = this.held(guard, pair.session);
    const presented: Presented = {
      generation: pair.generation,
      expiresAt: NOW + 1_000,
      place: PLACE,
      ...(keyHash !== undefined && { keyHash }),
    };
    const known =
      held === 'unseen' ? restoreSession(factsOf(pair.session), pair.generation, PLACE, NOW) : held;
    const session = typeof known === 'string' ? undefined : known;
    const outcome = this.#rules.decide(session, presented, POLICY, NOW);
    if ('session' in outcome)
      return { outcome, guard: this.#with(guard, pair.session, strip(outcome.session)) };
    return { outcome, guard: outcome.kind === 'reused' ? this.end(guard, pair.session) : guard };
  }

  /** `RETRY_WINDOW` goes by. */
  wait(guard: number): number {
    const [a, b] = this.#guards.value(guard);
    return this.id([letPass(a), letPass(b)]);
  }

  /** The guard that starts from a KV record, written when the guard was `record`; -1: before the sessions were opened. */
  restore(record: number): number {
    if (record < 0) return this.id(['unseen', 'none']);
    const sessions = this.#guards.value(record).filter((held) => typeof held !== 'string');
    const { value } = formatSessionRecord({ highest: FIRST_NUMBER + 1, sessions }, NOW);
    const restored = parseSessionRecord(value)?.sessions ?? [];
    const held = (index: Index): Held => {
      const session = restored.find(({ sid }) => sid === sidOf(index));
      if (session) return strip(session);
      return this.held(record, index) === 'none' ? 'none' : 'ended';
    };
    return this.id([held(0), held(1)]);
  }

  #with(guard: number, session: Index, held: Held): number {
    const [a, b] = this.#guards.value(guard);
    return this.id(session === 0 ? [held, b] : [a, held]);
  }
}

function factsOf(session: Index) {
  return {
    sid: sidOf(session),
    clientId: '',
    scope: '',
    amr: [],
    authTime: NOW,
    origin: '',
    expiresAt: NOW + 86_400,
  };
}

function openSession(session: Index): Session {
  return strip({ ...restoreSession(factsOf(session), 0, PLACE, NOW), restored: false });
}

/** Sets to one value what the rules of rotation must not look at, and of time leaves the one bit that they may. */
function strip(session: Session): Session {
  return {
    ...session,
    jti: '',
    openedAt: NOW,
    lastUsedAt: NOW,
    idleExpiresAt: session.expiresAt,
    spent: session.spent.map(stripSpent),
  };
}

function stripSpent({ generation, keyHash, spentAt }: SpentGeneration): SpentGeneration {
  if (keyHash !== undefined) return { generation, keyHash, spentAt: NOW };
  return { generation, spentAt: NOW - spentAt < WINDOW_SECONDS ? FRESH_AT : STALE_AT };
}

function letPass(held: Held): Held {
  if (typeof held === 'string') return held;
  const spent = held.spent.map((each) =>
    each.keyHash === undefined ? { ...each, spentAt: STALE_AT } : each,
  );
  return { ...held, spent };
}

function canonical(held: Held): string {
  if (typeof held === 'string') return held;
  const spent = held.spent.map((each) => `${each.generation}:${each.keyHash ?? each.spentAt}`);
  return `${held.generation}${held.restored ? 'r' : ''} ${spent.join()}`;
}
