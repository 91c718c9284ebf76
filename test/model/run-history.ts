import type { Client } from './clients.ts';
import { exchange, happen, recoverServices } from './happenings.ts';
import type { CreateIssuer } from './issuer.ts';
import type { Counts, Violation } from './ledger.ts';
import { refreshRequest } from './requests.ts';
import type { History } from './steps.ts';
import { World } from './world.ts';

/** Longer than the guard's longest backoff, the second look after a miss and a late landing together. */
const UNTIL_ALL_IS_QUIET_SECONDS = 5_500;
const MOST_RECOVERY_TRIES = 6;
/** A call to KV from before the recovery may take that long. */
const LONGEST_HANGING_SECONDS = 45;

/**
 * Lets a history happen, lets all get well, and checks what must hold then.
 *
 * @param counts where it is added up what happened
 * @param isCensus goes on though a property fell
 */
export async function runHistory(
  { setting, steps }: History,
  createIssuer: CreateIssuer,
  counts: Counts = {},
  { isCensus = false } = {},
): Promise<{ violations: Violation[]; story: string[] }> {
  const world = new World(setting, createIssuer);
  const { violations } = world.ledger;
  world.timeline.tell(JSON.stringify(setting));
  for (const step of steps) {
    await happen(world, step);
    if (violations.length > 0 && !isCensus) break;
  }
  if (violations.length === 0 || isCensus) await comeToRest(world);
  world.ledger.countInto(counts);
  return { violations, story: world.timeline.story };
}

async function comeToRest(world: World): Promise<void> {
  const { timeline, network, setting } = world;
  world.timeline.tell('everything recovers');
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
function checkEndsRecorded({ issuer, kv, ledger }: World, user: string): void {
  if (!issuer.held(user)) return;
  const text = kv.stored(user);
  const record = text === null ? { highest: 0, sessions: [] } : JSON.parse(text);
  const listed: string[] = record.sessions.map(sidOf);
  for (const session of ledger.of(user)) {
    const isListed = listed.includes(session.sid);
    if (session.endedSince !== undefined && isListed)
      ledger.violate('KV', 'An ended session stays in the record');
    // A restored guard believes one that is newer than the record.
    const mayBeMissing = issuer.isLagging(user) && session.number > record.highest;
    if (ledger.mustWork(session.sid, session.validUntil) && !session.isUnseen && !isListed && !mayBeMissing)
      ledger.violate('KV', 'A session is missing from the record');
  }
}

/** P5: the sessions that were opened and never ended are there, the ended ones are not. */
function checkHeld({ issuer, ledger }: World, user: string): void {
  const held = issuer.held(user)?.map(sidOf);
  if (!held) return;
  for (const { sid, endedSince, deadSince, validUntil, isUnseen } of ledger.of(user)) {
    if (endedSince !== undefined && held.includes(sid))
      ledger.violate('P5', 'An end that was answered is lost');
    if (deadSince !== undefined && held.includes(sid))
      ledger.violate('P3', 'A session whose token two attempts presented is still there');
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
    if (!answer) await world.timeline.pass(LONGEST_HANGING_SECONDS);
    if (answer?.kind === 'tokens') return;
    if (answer?.kind === 'invalid_grant') break;
  }
  const { sid, validUntil } = session;
  if (isPutBackTooFar(world, client, sid)) return;
  world.ledger.refused(sid, validUntil, `${client.name} can not go on in the end`);
}

/** A crash lost the cookies of more than one generation: no page can go on, though its session is not taken for stolen. */
function isPutBackTooFar({ ledger, browser }: World, client: Client, sid: string): boolean {
  const session = ledger.sessions.get(sid);
  if (client.origin === undefined || session?.cookieUntil === Number.POSITIVE_INFINITY) return false;
  return (browser.newestGeneration(sid) ?? Number.NEGATIVE_INFINITY) < (session?.current ?? 0) - 1;
}

function sidOf({ sid }: { sid: string }): string {
  return sid;
}
