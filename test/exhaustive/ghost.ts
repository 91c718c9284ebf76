import type { Served } from './edge.ts';
import { GENERATIONS } from './world.ts';

/**
 * What the properties themselves remember of a session, independent of the guard: which attempt each generation was
 * first accepted for, and whether it died or was logged out. 3 bits a generation, then the flags.
 */
export const ATTEMPT = {
  none: 0,
  /** The client's key for this generation. */
  client: 1,
  thief: 2,
  /** Without a key, its `RETRY_WINDOW` still open, or over. */
  keyless: 3,
  keylessOver: 4,
  /** A key that one tab made for itself. */
  tab: 5,
  /** A client's key for another generation. */
  misplaced: 6,
  foreign: 7,
} as const;

const DEAD = 1 << (3 * GENERATIONS);
const LOGGED_OUT = 1 << (3 * GENERATIONS + 1);

export function acceptedFor(ghost: number, generation: number): number {
  return generation < GENERATIONS ? (ghost >>> (3 * generation)) & 7 : ATTEMPT.none;
}

/** Whether a newer token than this generation's was accepted. */
export function isPassed(ghost: number, generation: number): boolean {
  return (ghost & (DEAD - 1)) >>> (3 * (generation + 1)) !== 0;
}

export const isDead = (ghost: number) => (ghost & DEAD) !== 0;
export const isLoggedOut = (ghost: number) => (ghost & LOGGED_OUT) !== 0;
export const logOut = (ghost: number) => ghost | LOGGED_OUT;

/** The window of every attempt without a key is over. */
export function letWindowsPass(ghost: number): number {
  return mapAttempts(ghost, (attempt) => (attempt === ATTEMPT.keyless ? ATTEMPT.keylessOver : attempt));
}

/** After lost storage nothing is known of the generations that the record did not show. */
export function forgetFrom(ghost: number, generation: number): number {
  return mapAttempts(ghost, (attempt, its) => (its >= generation ? ATTEMPT.none : attempt));
}

function mapAttempts(ghost: number, change: (attempt: number, generation: number) => number): number {
  let changed = ghost & (DEAD | LOGGED_OUT);
  for (let generation = 0; generation < GENERATIONS; generation++) {
    changed |= change(acceptedFor(ghost, generation), generation) << (3 * generation);
  }
  return changed;
}

export type Presentation = {
  generation: number;
  attempt: number;
  /** By an honest page, also as a duplicate or a replay to the letter, and nobody else has presented anything. */
  isHonest: boolean;
  hasKey: boolean;
  /** The guard still has its storage, so a repeat without a key may count on `RETRY_WINDOW`. */
  hasStorage: boolean;
  /** It lost what it knew of this generation, and can't tell a duplicate from a theft. */
  mayBeForgotten: boolean;
  outcome: Served['kind'];
  /** The generation of the successor, if it was accepted. */
  successor?: number;
  /** The guard holds the session as live afterwards. */
  isLiveAfter: boolean;
};

export type Verdict = { ghost: number; violation?: string };

/** Holds one presentation against P1 to P4. */
export function judge(ghost: number, presentation: Presentation): Verdict {
  const { generation, attempt, successor, isLiveAfter } = presentation;
  const violation =
    successor === undefined ? judgeRefusal(ghost, presentation) : judgeAccepted(ghost, presentation);
  const isFirst = successor !== undefined && acceptedFor(ghost, generation) === ATTEMPT.none;
  const next = (isFirst ? ghost | (attempt << (3 * generation)) : ghost) | (isLiveAfter ? 0 : DEAD);
  return { ghost: next, ...(violation !== undefined && { violation }) };
}

function judgeAccepted(ghost: number, { generation, attempt, successor }: Presentation): string | undefined {
  const first = acceptedFor(ghost, generation);
  if (isLoggedOut(ghost)) return 'P4: a token is accepted after the logout was answered';
  if (isDead(ghost)) return 'P3: a token of a session that has ended is accepted';
  if (successor !== generation + 1) return `P1: the successor of generation ${generation} is ${successor}`;
  if (first !== ATTEMPT.none && first !== attempt)
    return `P1: generation ${generation} is accepted for two attempts`;
  if (acceptedFor(ghost, generation + 1) !== ATTEMPT.none)
    return `P3: generation ${generation} is accepted although its successor is in use`;
  return undefined;
}

function judgeRefusal(ghost: number, presentation: Presentation): string | undefined {
  const { generation, attempt, outcome, isHonest, hasKey, hasStorage, mayBeForgotten, isLiveAfter } =
    presentation;
  const first = acceptedFor(ghost, generation);
  if (isDead(ghost) || isLoggedOut(ghost)) return undefined;
  if (isHonest && hasKey && !mayBeForgotten && outcome !== 'late')
    return `P2: an honest request for generation ${generation} gets ${outcome}`;
  const isRepeat = attempt === ATTEMPT.keyless && first === attempt && !acceptedFor(ghost, generation + 1);
  if (isRepeat && hasStorage) return `P1: a repeat within RETRY_WINDOW gets ${outcome}`;
  if (first !== ATTEMPT.none && first !== attempt && isLiveAfter)
    return `P3: generation ${generation} is presented by two attempts, and its session lives on`;
  return undefined;
}
