import type { SessionPolicy } from '../../src/adapters/account-guard/account-sessions.ts';
import type { Accounts } from '../../src/core/account/accounts.ts';
import type { Directory } from '../../src/core/account/directory.ts';
import type { HostileKv } from '../support/hostile-kv.ts';
import type { Random } from '../support/random.ts';
import type { Timeline } from '../support/timeline.ts';
import type { Ledger } from './ledger.ts';

/** A session as whoever decides holds it. */
export type HeldSession = { sid: string; generation: number; jti: string };

/** What decides about refresh tokens, and what can befall it: edgemint's guards, or the baseline. */
export type Issuer = {
  readonly accounts: Accounts;
  evict(user: string): void;
  loseStorage(user: string): void;
  /** An operator deletes the user's KV entry by hand. */
  deleteRecord(user: string): void;
  /** The sessions it holds; `undefined` if it knows nothing of that user. */
  held(user: string): HeldSession[] | undefined;
  /** The record may be older than what it holds, by a call of a dead instance that came last. */
  isLagging(user: string): boolean;
  /** What must be right in the end, once all is quiet. */
  checkAtRest(user: string): void;
};

/** What a history gives an issuer to live in. */
export type Surroundings = {
  timeline: Timeline;
  random: Random;
  kv: HostileKv;
  directory: Directory;
  ledger: Ledger;
  policy: SessionPolicy;
};

export type CreateIssuer = (surroundings: Surroundings) => Issuer;

/** Where requests arrive and objects live. */
export const LOCATIONS = ['icn', 'fra', 'iad'] as const;

export function somewhere(random: Random): string {
  return LOCATIONS[Math.floor(random() * LOCATIONS.length)] ?? LOCATIONS[0];
}
