import { setTimeout as pause } from 'node:timers/promises';
import { base64url, decodeJwt } from 'jose';
import { readStatus } from '../../src/core/status/status-list.ts';
import { inflate } from '../../src/core/status/zlib.ts';
import { CrashableIssuer } from './crashable-issuer.ts';

type Session = { access_token: string; refresh_token: string };
type Place = { idx: number; uri: string };

const PASSWORD = 'kumquat oboe 42 zither';
const SESSIONS_A_KILL = 8;
const LONGEST_LIST_BYTES = 1_048_576;
/** The guard's alarm comes after five seconds, and an isolate keeps a list for five more. */
const LOOKS = 30;

export type RevocationRun = { answered: number; unanswered: number; finished: number; problems: string[] };

/**
 * Signs sessions out and kills the issuer meanwhile. Whatever sign-out was answered has its bit set; whatever one was not,
 * but has ended its session, gets it by the outbox.
 *
 * @param draw the run's own random numbers
 */
export async function runRevocationCrashes(kills: number, draw: () => number): Promise<RevocationRun> {
  const issuer = await CrashableIssuer.start();
  const run: RevocationRun = { answered: 0, unanswered: 0, finished: 0, problems: [] };
  try {
    await issuer.post('/auth/register', { username: 'ada', password: PASSWORD });
    for (let kill = 0; kill < kills; kill += 1) await killWhileSigningOut(issuer, draw, run);
  } finally {
    await issuer.stop();
  }
  return run;
}

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
  await issuer.crash();
  for (const [index, session] of sessions.entries()) {
    if (await answers[index]) await expectRevoked(issuer, session, 'answered', run);
    else if (await hasEnded(issuer, session)) await expectRevoked(issuer, session, 'unanswered', run);
    else run.unanswered += 1;
  }
}

async function expectRevoked(
  issuer: CrashableIssuer,
  { access_token }: Session,
  kind: 'answered' | 'unanswered',
  run: RevocationRun,
): Promise<void> {
  run[kind] += 1;
  const looks = kind === 'answered' ? 1 : LOOKS;
  for (let look = 1; look <= looks; look += 1) {
    if (await isRevoked(issuer, access_token)) {
      if (kind === 'unanswered') run.finished += 1;
      return;
    }
    if (look < looks) await pause(1_000);
  }
  run.problems.push(`A sign-out that was ${kind} is in no status list`);
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
