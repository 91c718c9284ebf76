import { parseSessionNumber, type SessionId } from '../account/session-id.ts';
import type { RefreshToken } from '../tokens/refresh-token.ts';

/**
 * The rules of the cookie transport. A browser takes responses in any order, so a jar is not a variable: each
 * generation has a cookie of its own, named `<prefix>refresh-<sid>-<generation>`, and a request says which it means.
 */
export type CookieName = { sid: SessionId; generation: number };

/** A refresh cookie that a request carried, its token opened and found to match its name. */
export type JarEntry = { name: CookieName; text: string; token: RefreshToken };

/** What a cookie request names: the pair that its `Idempotency-Key` was made for, only a session, or nothing. */
export type Wanted = { session?: SessionId | undefined; generation?: number | undefined };

export type JarChoice =
  | { kind: 'taken'; entry: JarEntry }
  /** The named generation isn't in the jar; this is the newest one of its session. Nothing changes. */
  | { kind: 'superseded'; newest: JarEntry }
  | { kind: 'none' };

const STEM = 'refresh-';

/** `prefix`: `__Host-` (RFC 6265bis section 4.1.3.2), or empty on http. */
export function formatCookieName(name: CookieName, prefix: string): string {
  return `${prefix}${STEM}${name.sid}-${name.generation}`;
}

/** @returns the pair in a cookie's name; `undefined` if it is another cookie or malformed */
export function parseCookieName(text: string, prefix: string): CookieName | undefined {
  if (!text.startsWith(prefix + STEM)) return undefined;
  const match = /^(\w+)-(0|[1-9]\d{0,14})$/.exec(text.slice(prefix.length + STEM.length));
  if (match?.[1] === undefined || parseSessionNumber(match[1]) === undefined) return undefined;
  return { sid: match[1], generation: Number(match[2]) };
}

/** A cookie counts only if its token says what its name says, and belongs to the page's origin. */
export function counts(entry: JarEntry, origin: string | undefined): boolean {
  const { name, token } = entry;
  if (token.sid !== name.sid || token.generation !== name.generation) return false;
  return token.origin !== undefined && (origin === undefined || token.origin === origin);
}

/** Which cookie a request means: the named one, the newest of the named session, or, if it names none, the one minted last. */
export function choose(entries: readonly JarEntry[], { session, generation }: Wanted): JarChoice {
  const candidates = session === undefined ? entries : entries.filter((entry) => entry.name.sid === session);
  const newest = candidates.toSorted(session === undefined ? byIssue : byGeneration).at(-1);
  if (!newest) return { kind: 'none' };
  if (generation === undefined) return { kind: 'taken', entry: newest };
  const named = candidates.find((entry) => entry.name.generation === generation);
  return named ? { kind: 'taken', entry: named } : { kind: 'superseded', newest };
}

/** The cookies that a success clears: older ones of its own session that its request carried. */
export function olderThan(carried: readonly CookieName[], success: CookieName): CookieName[] {
  return carried.filter((name) => name.sid === success.sid && name.generation < success.generation);
}

function byGeneration(a: JarEntry, b: JarEntry): number {
  return a.name.generation - b.name.generation;
}

function byIssue(a: JarEntry, b: JarEntry): number {
  return a.token.issuedAt - b.token.issuedAt || byGeneration(a, b);
}
