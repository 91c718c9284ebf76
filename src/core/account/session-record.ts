import * as v from 'valibot';
import type { Session, SpentGeneration } from './session.ts';
import { parseSessionNumber } from './session-id.ts';

/** What the refresh-token store holds under a username. Token identifiers only: nothing in it can be spent. */
export type SessionRecord = {
  /** The highest session number given out: a session at or below it that is not listed has ended. */
  highest: number;
  sessions: readonly Session[];
};

/** Cloudflare KV refuses a shorter `expirationTtl`. */
const SHORTEST_TTL_SECONDS = 60;
const RECORDED_GENERATIONS = 16;

const instant = v.pipe(v.number(), v.integer(), v.minValue(0));
const recordSchema = v.object({
  v: v.literal(1),
  highest: instant,
  sessions: v.array(
    v.object({
      sid: v.pipe(
        v.string(),
        v.check((sid) => parseSessionNumber(sid) !== undefined),
      ),
      generation: instant,
      jti: v.string(),
      // Key hashes of the last spent generations, newest first; null for an attempt without a key, '' for one not known.
      spent: v.array(v.nullable(v.string())),
      opened_at: instant,
      last_used_at: instant,
      idle_expires_at: instant,
      expires_at: instant,
      client_id: v.string(),
      scope: v.string(),
      amr: v.array(v.string()),
      auth_time: instant,
      origin: v.optional(v.string()),
      parent: v.optional(v.string()),
      resources: v.optional(v.array(v.string())),
      logout_issuer: v.optional(v.string()),
      thumbprint: v.optional(v.string()),
      credential: v.optional(v.string()),
      // Shard and index. Records from before there were status lists have none.
      status: v.optional(v.tuple([instant, instant])),
      device: v.string(),
      country: v.string(),
    }),
  ),
});

/** @returns the JSON value for the key, and how long KV should keep it, in seconds */
export function formatSessionRecord(
  record: SessionRecord,
  now: number,
): { value: string; ttlSeconds: number } {
  const value: v.InferOutput<typeof recordSchema> = {
    v: 1,
    highest: record.highest,
    sessions: record.sessions.map((session) => ({
      sid: session.sid,
      generation: session.generation,
      jti: session.jti,
      spent: formatSpent(session),
      opened_at: session.openedAt,
      last_used_at: session.lastUsedAt,
      idle_expires_at: session.idleExpiresAt,
      expires_at: session.expiresAt,
      client_id: session.clientId,
      scope: session.scope,
      amr: [...session.amr],
      auth_time: session.authTime,
      ...(session.origin !== undefined && { origin: session.origin }),
      ...(session.parent !== undefined && { parent: session.parent }),
      ...(session.resources && { resources: [...session.resources] }),
      ...(session.logoutIssuer !== undefined && { logout_issuer: session.logoutIssuer }),
      ...(session.thumbprint !== undefined && { thumbprint: session.thumbprint }),
      ...(session.credential !== undefined && { credential: session.credential }),
      ...(session.status && { status: [session.status.shard, session.status.index] }),
      device: session.place.device,
      country: session.place.country,
    })),
  };
  // Not the idle end: a rotation moves that, and the storage may be lost before KV hears of it.
  const latestEnd = Math.max(0, ...record.sessions.map((session) => session.expiresAt));
  return {
    value: JSON.stringify(value),
    ttlSeconds: Math.max(SHORTEST_TTL_SECONDS, Math.ceil(latestEnd - now)),
  };
}

/** @returns the record, its sessions marked as restored; `undefined` if the text is no record */
export function parseSessionRecord(text: string): SessionRecord | undefined {
  const parsed = v.safeParse(recordSchema, parseJson(text));
  if (!parsed.success) return undefined;
  const { highest, sessions } = parsed.output;
  return {
    highest,
    sessions: sessions.map((session) => ({
      sid: session.sid,
      clientId: session.client_id,
      scope: session.scope,
      amr: session.amr,
      authTime: session.auth_time,
      ...(session.origin !== undefined && { origin: session.origin }),
      ...(session.parent !== undefined && { parent: session.parent }),
      ...(session.resources && { resources: session.resources }),
      ...(session.logout_issuer !== undefined && { logoutIssuer: session.logout_issuer }),
      ...(session.thumbprint !== undefined && { thumbprint: session.thumbprint }),
      ...(session.credential !== undefined && { credential: session.credential }),
      ...(session.status && { status: { shard: session.status[0], index: session.status[1] } }),
      expiresAt: session.expires_at,
      generation: session.generation,
      jti: session.jti,
      spent: parseSpent(session.generation, session.spent),
      openedAt: session.opened_at,
      lastUsedAt: session.last_used_at,
      // The record may lag behind a rotation that moved the idle end: only the absolute end is sure.
      idleExpiresAt: session.expires_at,
      place: { device: session.device, country: session.country },
      restored: true,
    })),
  };
}

function formatSpent(session: Session): (string | null)[] {
  const byGeneration = new Map(session.spent.map((spent) => [spent.generation, spent]));
  const newestFirst = Array.from({ length: Math.min(RECORDED_GENERATIONS, session.generation) }, (_, index) =>
    byGeneration.get(session.generation - 1 - index),
  );
  return newestFirst.map((spent) => (spent ? (spent.keyHash ?? null) : ''));
}

function parseSpent(generation: number, keyHashes: readonly (string | null)[]): SpentGeneration[] {
  return keyHashes
    .map((keyHash, index) => ({
      generation: generation - 1 - index,
      ...(keyHash !== null && { keyHash }),
      spentAt: 0,
    }))
    .filter((spent) => spent.keyHash !== '' && spent.generation >= 0)
    .reverse();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
