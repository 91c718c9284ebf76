import { setTimeout as pause } from 'node:timers/promises';
import { base64url, decodeJwt } from 'jose';
import { readStatus } from '../../src/core/status/status-list.ts';
import { inflate } from '../../src/core/status/zlib.ts';
import { CrashableIssuer } from './crashable-issuer.ts';
import { HELD_MILLISECONDS } from './slow-lists.ts';

type Session = { access_token: string; refresh_token: string };
type Place = { idx: number; uri: string };

const PASSWORD = 'kumquat oboe 42 zither';
const SESSIONS_A_KILL = 8;
const LONGEST_LIST_BYTES = 1_048_576;
/** The guard's alarm comes after five seconds, and an isolate keeps a list for five more. */
const LOOKS = 30;
/** Between the end of a session and its bit, at most. */
const SLOW_MILLISECONDS = 1_000;

export type RevocationRun = { answered: number; unanswered: number; finished: number; problems: string[] };

/**
 * Signs sessions out and kills the issuer meanwhile. Whatever sign-out was answered has its bit set; whatever one was not,
 * but has ended its session, gets it by the outbox. A bit takes its time, so that an answer that doesn't wait for it comes first.
 *
 * @param draw the run's own random numbers
 * @param isHasty whether it is a guard that answers first: the run must find that
 */
export async function runRevocationCrashes(
  kills: number,
  draw: () => number,
  { isHasty = false } = {},
): Promise<RevocationRun> {
  const slow = { revokingMilliseconds: SLOW_MILLISECONDS, isHasty };
  // No machine is so slow that it sees a hasty answer only after its bit.
  const slower = { ...slow, revokingMilliseconds: 20 * SLOW_MILLISECONDS };
  const issuer = await CrashableIssuer.start(isHasty ? slower : slow);
  const run: RevocationRun = { answered: 0, unanswered: 0, finished: 0, problems: [] };
  try {
    await issuer.post('/auth/register', { username: 'ada', password: PASSWORD });
    for (let kill = 0; kill < kills; kill += 1) {
      const ended = await killWhileSigningOut(issuer, draw, run);
      issuer.slowness = slow;
      await issuer.crash();
      for (const session of ended) await expectFinished(issuer, session, run);
    }
  } finally {
    await issuer.stop();
  }
  return run;
}

/** @returns the sessions that have ended without an answer. No bit is set any more: the issuer that comes back can't. */
async function killWhileSigningOut(issuer: CrashableIssuer, draw: () => number, run: RevocationRun) {
  const sessions: Session[] = [];
  for (let count = 0; count < SESSIONS_A_KILL; count += 1) {
    const response = await issuer.post('/auth/login', { username: 'ada', password: PASSWORD });
    if (!response?.ok) throw new Error(`Nobody signs in: ${response?.status}`);
    sessions.push((await response.json()) as Session);
  }
  // Killed when some are answered and others under way, however slow the machine is.
  const killAfter = 1 + Math.floor(draw() * (SESSIONS_A_KILL - 1));
  const enough = Promise.withResolvers<void>();
  let answered = 0;
  const answers = sessions.map(async ({ refresh_token }) => {
    const response = await issuer.post('/auth/logout', { refresh_token });
    answered += 1;
    if (answered === killAfter) enough.resolve();
    return response?.status === 204;
  });
  await enough.promise;
  issuer.slowness = { revokingMilliseconds: HELD_MILLISECONDS };
  await issuer.crash();
  const ended: Session[] = [];
  for (const [index, session] of sessions.entries()) {
    if (await answers[index]) await expectRevoked(issuer, session, run);
    else if (await hasEnded(issuer, session)) ended.push(session);
    else run.unanswered += 1;
  }
  return ended;
}

async function expectRevoked(issuer: CrashableIssuer, { access_token }: Session, run: RevocationRun) {
  run.answered += 1;
  if (!(await isRevoked(issuer, access_token)))
    run.problems.push('A sign-out that was answered is in no status list');
}

async function expectFinished(issuer: CrashableIssuer, { access_token }: Session, run: RevocationRun) {
  run.unanswered += 1;
  for (let look = 1; look <= LOOKS; look += 1) {
    if (await isRevoked(issuer, access_token)) {
      run.finished += 1;
      return;
    }
    await pause(1_000);
  }
  run.problems.push('A sign-out that was unanswered is in no status list');
}

async function hasEnded(issuer: CrashableIssuer, { refresh_token }: Session): Promise<boolean> {
  return (await issuer.post('/auth/refresh', { refresh_token }))?.status === 400;
}

async function isRevoked(issuer: CrashableIssuer, accessToken: string): Promise<boolean> {
  const { idx, uri } = decodeJwt<{ status: { status_list: Place } }>(accessToken).status.status_list;
  const response = await issuer.fetch(new URL(uri).pathname);
  const { lst } = decodeJwt<{ status_list: { lst: string } }>(await response.text()).status_list;
  const list = await inflate(new Uint8Array(base64url.decode(lst)), LONGEST_LIST_BYTES);
  return readStatus(list, idx) === true;
}
