import type { Client } from './clients.ts';
import { exchange, happen, recoverServices } from './happenings.ts';
import type { CreateIssuer } from './issuer.ts';
import type { Ledger } from './ledger.ts';
import { refreshRequest } from './requests.ts';
import type { History } from './steps.ts';
import { World } from './world.ts';

/** Longer than the guard's longest backoff, the second look after a miss and a late landing together. */
const UNTIL_ALL_IS_QUIET_SECONDS = 5_500;
const MOST_RECOVERY_TRIES = 6;

/** Lets a history happen, lets all get well, and checks what must hold then. @returns what was seen */
export async function runHistory({ setting, steps }: History, createIssuer: CreateIssuer): Promise<Ledger> {
  const world = new World(setting, createIssuer);
  for (const step of steps) {
    await happen(world, step);
    if (world.ledger.violations.length > 0) return world.ledger;
  }
  await comeToRest(world);
  return world.ledger;
}

async function comeToRest(world: World): Promise<void> {
  const { timeline, network, setting } = world;
  recoverServices(world);
  network.clear();
  if (setting.recordFirst) {
    await timeline.pass(UNTIL_ALL_IS_QUIET_SECONDS);
    for (const user of world.usernames) checkEndsRecorded(world, user);
  }
  for (const client of world.clients) await recover(world, client);
  await timeline.pass(UNTIL_ALL_IS_QUIET_SECONDS);
  for (const user of world.usernames) {
    checkHeld(world, user);
    world.issuer.checkAtRest(user);
  }
}

/** Nobody has done anything since: what was answered as opened or ended reaches KV without help. */
function checkEndsRecorded({ issuer, kv, ledger, timeline }: World, user: string): void {
  if (!issuer.held(user)) return;
  const stored = kv.stored(user);
  const listed: string[] = stored === null ? [] : JSON.parse(stored).sessions.map(sidOf);
  for (const session of ledger.of(user)) {
    const isListed = listed.includes(session.sid);
    if (session.endedSince !== undefined && isListed)
      ledger.violate('KV', 'An ended session stays in the record');
    if (ledger.mustWork(session.sid, session.validUntil) && !session.isUnseen && !isListed)
      ledger.violate(
        'KV',
        `A session is missing from the record ${timeline.now - session.openedAt} s after it was opened`,
      );
  }
}

/** P5: the sessions that were opened and never ended are there, the ended ones are not. */
function checkHeld({ issuer, ledger }: World, user: string): void {
  const held = issuer.held(user)?.map(sidOf);
  if (!held) return;
  for (const { sid, endedSince, validUntil, isUnseen } of ledger.of(user)) {
    if (endedSince !== undefined && held.includes(sid))
      ledger.violate('P5', 'An end that was answered is lost');
    if (ledger.mustWork(sid, validUntil) && !isUnseen && !held.includes(sid))
      ledger.violate('P5', 'A session that was answered is lost');
  }
}

/** P2: an honest client that goes on is signed in. */
async function recover(world: World, client: Client): Promise<void> {
  const session = client.session();
  if (!session) return;
  for (let tries = 1; tries <= MOST_RECOVERY_TRIES; tries += 1) {
    const request = refreshRequest(world, client, false);
    const answer = request && (await exchange(world, request));
    if (answer?.kind === 'tokens') return;
    if (answer?.kind === 'invalid_grant') break;
  }
  const { sid, validUntil } = session;
  if (world.ledger.sessions.get(sid)?.isRolledBack && client.origin !== undefined) return;
  if (world.ledger.mustWork(sid, validUntil))
    world.ledger.violate('P2', `${client.name} is signed out in the end`);
}

function sidOf({ sid }: { sid: string }): string {
  return sid;
}
