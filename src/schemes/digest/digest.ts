import { bytesToHex } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { parseUsername } from '../../core/account/username.ts';
import { keyedHash } from '../../core/keys/keyed-hash.ts';
import { isSameSecret } from '../compare.ts';
import { createNonce, NONCE_RANDOM_BYTES, type NonceOutcome, readNonce } from '../nonce.ts';
import { quote } from '../parameters.ts';
import { provenBy } from '../proven.ts';
import type { Finish, OpenedCredential, Scheme, Throttled, Verdict, Visit } from '../scheme.ts';
import { type DigestAnswer, parseDigestAnswer } from './answer.ts';
import { DIGEST_HASHES, passwordHashOf, responseOf, sessionKeyOf, userHashOf } from './hashing.ts';

/** How long a nonce can be answered, seconds. */
export const DIGEST_NONCE_TTL_SECONDS = 300;

/**
 * Digest without MD5: the password is proved and doesn't travel, and the server proves that it knows it too.
 *
 * @see RFC 7616
 */
export const digest: Scheme = {
  name: 'digest',
  challenges: (visit) => challengesFor(visit, false),

  async verify(credentials, visit) {
    const answer = parseDigestAnswer(credentials);
    if (!answer || answer.realm !== visit.realm || !isAddress(answer.uri, visit))
      return { kind: 'malformed' };
    const { hash } = answer.algorithm;
    const username = answer.isHashed ? undefined : parseUsername(answer.username);
    const throttled = await visit.desk.enter(username);
    if (throttled) return throttled;

    const id = answer.isHashed ? answer.username : userHashOf(hash, answer.username, visit.realm);
    const found = await visit.desk.find({ type: 'digest', id });
    const nonce = await readNonce(answer.nonce, nonceUse(visit));
    const key = matchKey(answer, await passwordHash(found, id, visit), nonce, visit);
    const isRight = found !== undefined && key !== undefined;
    const finding = await visit.desk.settle({
      subject: found?.username ?? username ?? answer.username,
      isRight,
      ...(nonce.kind === 'fresh' && {
        use: { id: `digest ${answer.nonce}`, count: Number.parseInt(answer.nc, 16), until: nonce.expiresAt },
      }),
    });
    // A right guess that is held up there is charged as a wrong one, or the allowance here would tell that it was right.
    const mayCount = isRight && finding.kind !== 'throttled';
    const held = answer.isHashed && (await settleHashed(id, mayCount, visit));
    if (held) return held;
    if (finding.kind === 'throttled') return answer.isHashed ? { kind: 'wrong' } : finding;
    if (finding.kind === 'wrong')
      return isLaterOfSeries(answer) ? { ...finding, challenges: await challengesFor(visit, true) } : finding;
    if (!found || !key) return { kind: 'wrong' };
    if (finding.kind === 'replayed' || nonce.kind !== 'fresh') return again(finding.kind, visit);
    return {
      kind: 'right',
      proven: provenBy(found),
      amr: 'pwd',
      finish: finishFor(answer, key, visit),
    };
  },
};

/** What is kept for a password: a row a hash function, found by the hash of the username. */
export function deriveDigestCredentials(username: string, realm: string, password: string) {
  return DIGEST_HASHES.map((hash) => ({
    id: userHashOf(hash, username, realm),
    data: { passwordHash: passwordHashOf(hash, username, realm, password) },
  }));
}

/**
 * A hidden username has an allowance of its own beside its user's: whether strangers used up that one must not tell
 * that the hash is somebody's.
 */
async function settleHashed(id: string, isRight: boolean, { desk }: Visit): Promise<Throttled | undefined> {
  const finding = await desk.settle({ subject: `digest ${id}`, isRight });
  return finding.kind === 'throttled' ? finding : undefined;
}

const dataSchema = v.object({ passwordHash: v.string() });

/** For a user who doesn't exist, one that no password gives. */
async function passwordHash(found: OpenedCredential | undefined, id: string, { keys }: Visit) {
  const [decoyKey] = await keys.lastingKeys('digest decoy');
  const decoy = bytesToHex(await keyedHash(decoyKey, id));
  return found ? v.parse(dataSchema, found.data).passwordHash : decoy;
}

/** The key that the answer was made with, and the series of nonces that it belongs to. */
type MatchedKey = { key: string; series: string };

/**
 * With `-sess` a key belongs to a series of nonces and is made from its first nonce and cnonce. Many clients begin a
 * series with each nonce; those that go on with one get its beginning back in `nextnonce`.
 */
function matchKey(
  answer: DigestAnswer,
  passwordHash: string,
  nonce: NonceOutcome,
  { method, body }: Visit,
): MatchedKey | undefined {
  const { hash, isSession } = answer.algorithm;
  const own = JSON.stringify([answer.nonce, answer.cnonce]);
  const earlier = nonce.kind === 'forged' ? '' : nonce.context;
  const series = isSession ? [own, ...(earlier === '' ? [] : [earlier])] : [''];
  const keys = series.map((each) => {
    const [first = '', cnonce = ''] = each === '' ? [] : (JSON.parse(each) as string[]);
    return { series: each, key: isSession ? sessionKeyOf(hash, passwordHash, first, cnonce) : passwordHash };
  });
  return keys.find(({ key }) => isSameSecret(responseOf(hash, key, answer, method, body), answer.response));
}

/**
 * Whether the key may be of an earlier cnonce with the same nonce. Only a next nonce brings that back, which a client should
 * take (section 3.5): to one that didn't, nobody can say that its password is wrong.
 */
function isLaterOfSeries({ algorithm, nc }: DigestAnswer): boolean {
  return algorithm.isSession && Number.parseInt(nc, 16) > 1;
}

/** `Authentication-Info`: that the server knows the password's hash too, and the next nonce (section 3.5). */
function finishFor(answer: DigestAnswer, { key, series }: MatchedKey, visit: Visit): Finish {
  return async (body) => {
    // A series is carried on while its first nonce and cnonce fit into a nonce.
    const context = series.length <= LONGEST_SERIES ? series : '';
    const nextNonce = await createNonce(nonceUse(visit), visit.random(NONCE_RANDOM_BYTES), context);
    const { qop, cnonce, nc } = answer;
    const rspauth = responseOf(answer.algorithm.hash, key, answer, '', body);
    const fields = [
      `rspauth="${rspauth}"`,
      `qop=${qop}`,
      `cnonce=${quote(cnonce)}`,
      `nc=${nc}`,
      `nextnonce="${nextNonce}"`,
    ];
    return { 'Authentication-Info': fields.join(', ') };
  };
}

const LONGEST_SERIES = 256;

async function again(finding: 'right' | 'replayed', visit: Visit): Promise<Verdict> {
  const reason = finding === 'replayed' ? 'replayed' : 'stale';
  return { kind: 'again', reason, challenges: await challengesFor(visit, true) };
}

/** One nonce for all: it is bound to none of the algorithms. */
async function challengesFor(visit: Visit, isStale: boolean): Promise<string[]> {
  const nonce = await createNonce(nonceUse(visit), visit.random(NONCE_RANDOM_BYTES));
  return visit.settings.digestAlgorithms.map((name) => challengeFor(name, visit.realm, nonce, isStale));
}

/** `algorithm` comes first: where several challenges are joined, some clients let the last one's parameters count, but for the first. */
function challengeFor(name: string, realm: string, nonce: string, isStale: boolean): string {
  const fields = [
    `algorithm=${name}`,
    `realm=${quote(realm)}`,
    'qop="auth, auth-int"',
    `nonce="${nonce}"`,
    ...(isStale ? ['stale=true'] : []),
    'charset=UTF-8',
    'userhash=true',
  ];
  return `Digest ${fields.join(', ')}`;
}

function nonceUse({ keys, now }: Visit) {
  return { purpose: 'digest', keys, now, ttlSeconds: DIGEST_NONCE_TTL_SECONDS };
}

/**
 * Whether it is the request's address, as a path or in full (section 3.4.6). The runtime hands targets over as the URL standard
 * spells them, with `%27` for an apostrophe and dot segments removed, so a client's is read in the same way.
 */
function isAddress(uri: string, { target, issuer }: Visit): boolean {
  return URL.parse(uri, issuer)?.href === URL.parse(target, issuer)?.href;
}
