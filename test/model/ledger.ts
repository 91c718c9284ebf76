import type { SessionPolicy } from '../../src/adapters/account-guard/account-sessions.ts';
import type { Grant, RefreshOutcome, RefreshRequest } from '../../src/core/account/accounts.ts';
import type { Timeline } from '../support/timeline.ts';
import { type Accepted, restore, type SessionHistory, type ShownRecord } from './session-history.ts';

/** `jar`: a page gets at nothing but its own origin's sessions. `KV`: the record follows its guard. `model`: it broke down. */
export type Property = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'jar' | 'KV' | 'operator' | 'model';

export type Violation = { property: Property; what: string };

/** How often something happened, by its name. */
export type Counts = Record<string, number>;

/** Who presents: an honest client (its network's duplicates included), or somebody else. */
export type Presenter = 'honest' | 'thief';

/** The generations whose keys are kept, DESIGN.md "Rotation". */
const KEPT_GENERATIONS = 16;
const KEPT_SECONDS = 600;

/**
 * The history of one run as an outside observer writes it, and P1 to P4 of DESIGN.md as assertions over it. It shares no
 * code with the issuer, and knows nothing of its state.
 */
export class Ledger {
  readonly violations: Violation[] = [];
  readonly sessions = new Map<string, SessionHistory>();
  readonly counts = { requests: 0, rotated: 0, repeated: 0, late: 0, reused: 0, revived: 0, replays: 0 };
  /** Sessions of honest clients that were refused though P2 promised them more. */
  readonly signedOut = new Set<string>();
  readonly #passwordVersions = new Map<string, number>();
  readonly #policy: SessionPolicy;
  readonly #timeline: Timeline;
  readonly #unsettled = new Map<string, Set<() => void>>();
  #reasons = 0;

  constructor(policy: SessionPolicy, timeline: Timeline) {
    this.#policy = policy;
    this.#timeline = timeline;
  }

  violate(property: Property, what: string): void {
    this.#timeline.tell(`FALLS: ${property}: ${what}`);
    this.violations.push({ property, what });
  }

  /** `credentialsVersion`: that of the credentials which were checked. */
  opened(user: string, grant: Grant, credentialsVersion: number): void {
    if (credentialsVersion < (this.#passwordVersions.get(user) ?? 0))
      this.violate('P4', 'A session was opened with a password that had been changed');
    if (this.sessions.has(grant.sid)) this.violate('P1', 'A session id was given out twice');
    const number = Number.parseInt(grant.sid, 36);
    if (this.highestNumber(user) >= number)
      this.violate('P1', `Session number ${number} was given out again or goes back`);
    this.sessions.set(grant.sid, {
      ...{ sid: grant.sid, user, number, openedAt: this.#timeline.now, validUntil: grant.validUntil },
      ...{ accepted: new Map(), current: grant.generation, life: 0, forgottenFrom: Number.POSITIVE_INFINITY },
      ...{
        deadSince: undefined,
        endedSince: undefined,
        isUnseen: false,
        seenAt: undefined,
        cookieUntil: Number.POSITIVE_INFINITY,
      },
      excuses: new Set(),
    });
    this.#timeline.tell(`${user} opens ${grant.sid}`);
  }

  /**
   * A guard that had lost its storage went on from what KV showed it: what happened since that was written it can't know.
   *
   * @param isKnown whether what happened at an instant must have been in every location's record when the storage was lost
   */
  restored(user: string, shown: ShownRecord | undefined, isKnown: (at: number) => boolean): void {
    this.#passwordVersions.delete(user);
    for (const session of this.of(user)) {
      const over = session.endedSince ?? session.deadSince;
      if (!shown) this.#restoredFromNothing(session, isKnown);
      else if (restore(session, shown, isKnown)) {
        this.counts.revived += 1;
        if (over !== undefined && isKnown(over))
          this.violate('P4', 'A session came back out of a record that must have known of its end');
      }
    }
  }

  #restoredFromNothing(session: SessionHistory, isKnown: (at: number) => boolean): void {
    if (this.mustWork(session.sid, session.validUntil) && isKnown(session.openedAt))
      this.violate('P5', 'The record of a live session is gone');
    session.excuses.add('no record was left');
  }

  /** Adds what happened in this history to what happened in others. */
  countInto(counts: Counts): void {
    const count = (what: string, times = 1) => {
      counts[what] = (counts[what] ?? 0) + times;
    };
    count('histories');
    count('honest sessions signed out', this.signedOut.size);
    for (const [what, times] of Object.entries(this.counts)) count(what, times);
    for (const { excuses } of this.sessions.values()) {
      count('sessions');
      if (excuses.size === 0) count('sessions that P2 held to the end');
      for (const excuse of new Set([...excuses].map((reason) => reason.replace(/ #\d+$/, ''))))
        count(`sessions without P2: ${excuse}`);
    }
  }

  highestNumber(user: string): number {
    return Math.max(0, ...this.of(user).map((session) => session.number));
  }

  of(user: string): SessionHistory[] {
    return [...this.sessions.values()].filter((session) => session.user === user);
  }

  /** P2 promises a session nothing from here on, and why. */
  excuse(sid: string, why: string): void {
    this.sessions.get(sid)?.excuses.add(why);
  }

  /** An end of it was answered. */
  ended(sid: string): void {
    const session = this.sessions.get(sid);
    this.#timeline.tell(`the end of ${sid} is answered`);
    if (session) session.endedSince ??= this.#timeline.now;
  }

  /** A refresh token is presented to whoever decides. */
  presented(request: RefreshRequest, by: Presenter): void {
    this.counts.requests += 1;
    if (by === 'thief') this.excuse(request.facts.sid, 'stolen');
  }

  /**
   * All sessions of a user are about to be ended, but one.
   *
   * @returns to be called with whether it was done; undefined where nobody was told
   */
  ending(user: string, why: string, keep?: string): (isDone: boolean | undefined) => void {
    const others = () => this.of(user).filter((session) => session.sid !== keep);
    const before = others();
    // One that was refused is no excuse for anything; so each has a name of its own.
    this.#reasons += 1;
    const reason = `${why} #${this.#reasons}`;
    for (const session of before) session.excuses.add(reason);
    // One that is being opened at the same moment may be among them or not.
    const excuseOthers = () => {
      for (const session of others()) session.excuses.add(reason);
    };
    const unsettled = this.#unsettledOf(user);
    unsettled.add(excuseOthers);
    return (isDone) => {
      unsettled.delete(excuseOthers);
      if (isDone === false) for (const session of before) session.excuses.delete(reason);
      if (isDone === false) return;
      excuseOthers();
      if (isDone) for (const session of before) this.ended(session.sid);
    };
  }

  /** Whoever decides for the user died: nobody is told of what was under way. */
  interrupted(user: string): void {
    for (const excuseOthers of this.#unsettledOf(user)) excuseOthers();
    this.#unsettled.delete(user);
  }

  #unsettledOf(user: string): Set<() => void> {
    const known = this.#unsettled.get(user) ?? new Set();
    this.#unsettled.set(user, known);
    return known;
  }

  /** A change of password was answered: nothing is opened with an older version any more. */
  passwordChanged(user: string, version: number): void {
    this.#passwordVersions.set(user, version);
  }

  /** The version of the password that was last answered as changed. */
  passwordVersion(user: string): number {
    return this.#passwordVersions.get(user) ?? 0;
  }

  /** It was decided about. */
  answered(request: RefreshRequest, by: Presenter, outcome: RefreshOutcome): void {
    const { facts, generation, keyHash } = request;
    this.#timeline.tell(`${by}: ${facts.sid}-${generation}, key ${keyHash ?? 'none'}: ${outcome.kind}`);
    const session = this.sessions.get(request.facts.sid);
    if (!session) this.violate('P1', 'An answer about a session that was never opened');
    else if ('grant' in outcome) this.#accepted(session, request, outcome.grant);
    else this.#refused(session, request, by, outcome.kind);
  }

  /** An honest client was told that its session is over. */
  refused(sid: string, validUntil: number, why: string): void {
    if (!this.mustWork(sid, validUntil)) return;
    this.signedOut.add(sid);
    this.violate('P2', `An honest client was refused: ${why}`);
  }

  /** A page's request carried no cookie of the session that it named. */
  cookieMissed(sid: string, validUntil: number): void {
    const until = Math.min(validUntil, this.sessions.get(sid)?.cookieUntil ?? 0);
    this.refused(sid, until, 'no cookie of its session was left');
  }

  /** Whether P2 promises that a client which holds a token of that session can refresh it now. */
  mustWork(sid: string, validUntil: number): boolean {
    const session = this.sessions.get(sid);
    if (!session || session.excuses.size > 0 || session.endedSince !== undefined) return false;
    return session.deadSince === undefined && this.#timeline.now < validUntil;
  }

  #accepted(session: SessionHistory, request: RefreshRequest, grant: Grant): void {
    const { generation } = request;
    const now = this.#timeline.now;
    const earlier = session.accepted.get(generation);
    const before = this.violations.length;
    if (session.endedSince !== undefined)
      this.violate('P4', 'A session was refreshed after its end was answered');
    if (session.deadSince !== undefined)
      this.violate('P3', 'A token was accepted after two attempts presented one');
    if (now >= request.validUntil) this.violate('P2', 'A token was accepted after its end');
    if (grant.sid !== session.sid || grant.generation !== generation + 1)
      this.violate('P1', `The successor of ${generation} is ${grant.generation}`);
    if (grant.validUntil !== this.#validUntil(request))
      this.violate('P2', 'A token ends too early or too late');
    session.validUntil = Math.max(session.validUntil, grant.validUntil);
    if (earlier) this.#acceptedAgain(session, request, earlier, grant);
    else this.#acceptedFirst(session, request, grant);
    if (this.violations.length > before) this.counts.replays += 1;
  }

  #acceptedFirst(session: SessionHistory, request: RefreshRequest, grant: Grant): void {
    this.counts.rotated += 1;
    const { generation, keyHash } = request;
    if (generation < session.current)
      this.violate('P1', `Forked: generation ${generation} was accepted when ${session.current} was about`);
    if (session.isUnseen || generation > session.current)
      session.forgottenFrom = Math.min(session.forgottenFrom, session.isUnseen ? 0 : session.current);
    if (session.isUnseen) session.seenAt = this.#timeline.now;
    session.isUnseen = false;
    session.current = grant.generation;
    session.accepted.set(generation, {
      key: keyHash,
      at: this.#timeline.now,
      successor: grant.generation,
      life: session.life,
    });
  }

  #acceptedAgain(session: SessionHistory, request: RefreshRequest, earlier: Accepted, grant: Grant): void {
    this.counts.repeated += 1;
    if (!this.#isSameAttempt(earlier, request))
      this.violate('P1', `Generation ${request.generation} was accepted for two attempts`);
    else if (earlier.successor !== grant.generation) this.violate('P1', 'A repeat got another successor');
    else if (session.accepted.has(grant.generation))
      this.violate('P3', 'A repeat gained something though its successor was in use');
  }

  #refused(
    session: SessionHistory,
    request: RefreshRequest,
    by: Presenter,
    kind: RefreshOutcome['kind'],
  ): void {
    const earlier = session.accepted.get(request.generation);
    const isSame = earlier !== undefined && this.#isSameAttempt(earlier, request);
    if (kind === 'late') this.counts.late += 1;
    if (kind === 'reused') this.counts.reused += 1;
    if (earlier && !isSame) {
      if (kind === 'late') this.violate('P3', 'A second attempt was taken for a late duplicate');
      this.#presentedTwice(session, request, earlier);
    }
    if (earlier && isSame && kind === 'reused' && !this.#mustKnow(session, request, earlier))
      session.excuses.add('an older duplicate than is kept');
    if (!earlier && kind === 'reused' && request.generation >= session.forgottenFrom)
      session.excuses.add('a duplicate of a generation that the lost storage knew');
    if (by === 'honest' && kind !== 'late')
      this.refused(session.sid, request.validUntil, `${kind}, generation ${request.generation}`);
    if (kind === 'reused') session.deadSince ??= this.#timeline.now;
  }

  #presentedTwice(session: SessionHistory, request: RefreshRequest, earlier: Accepted): void {
    const isKeyless = earlier.key === undefined || request.keyHash === undefined;
    // Without keys nobody can tell a client that repeats itself from a thief.
    if (isKeyless) session.excuses.add('presented twice without a key');
    if (session.excuses.size === 0 && session.endedSince === undefined)
      this.violate('P2', `An honest client made two attempts of generation ${request.generation}`);
    session.deadSince ??= this.#timeline.now;
  }

  /** An attempt is a token with a key; without keys it is the token for as long as the retry window. */
  #isSameAttempt(earlier: Accepted, { keyHash }: RefreshRequest): boolean {
    if (earlier.key !== undefined || keyHash !== undefined) return earlier.key === keyHash;
    return this.#timeline.now - earlier.at < this.#policy.retryWindowSeconds;
  }

  /** Whether the attempt is one of those whose hashes are kept, so that its duplicates are known. */
  #mustKnow(session: SessionHistory, { generation, keyHash }: RefreshRequest, earlier: Accepted): boolean {
    // Keyless ones are one attempt only until the successor is used, or after lost storage one ahead of it.
    if (keyHash === undefined) return earlier.life === session.life && session.current === generation + 1;
    const isRecent = earlier.life === session.life && this.#timeline.now - earlier.at < KEPT_SECONDS;
    return generation >= session.current - KEPT_GENERATIONS || isRecent;
  }

  #validUntil({ facts }: RefreshRequest): number {
    return Math.min(Math.floor(this.#timeline.now) + this.#policy.refreshIdleTtlSeconds, facts.expiresAt);
  }
}
