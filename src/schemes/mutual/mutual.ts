import { parseUsername } from '../../core/account/username.ts';
import { LARGEST_NONCE, NONCE_WINDOW } from '../../core/passwords/nonce-window.ts';
import { isSameSecret } from '../compare.ts';
import { originWithPort } from '../origin.ts';
import { quote } from '../parameters.ts';
import { provenBy } from '../proven.ts';
import type { Scheme, Verdict, Visit } from '../scheme.ts';
import { formatValue, type MutualAlgorithm } from './algorithm.ts';
import { exchange, proofs } from './kam3.ts';
import { type MutualRequest, parseMutualRequest } from './request.ts';
import { type MutualSession, nameOf, openSession, sealSession } from './session.ts';
import { authScopeOf, verifierFor } from './verifier.ts';

/** How long a session can be used, from its key exchange on, seconds. */
export const MUTUAL_SESSION_SECONDS = 300;

type ExchangeRequest = Extract<MutualRequest, { kind: 'exchange' }>;
type VerifyRequest = Extract<MutualRequest, { kind: 'verify' }>;

/**
 * Mutual: a key exchange that only the password's owner and its server can finish, so that each proves itself to the other.
 * Nobody who listens, or plays one of the two, can try passwords at what was said.
 *
 * @see RFC 8120, and RFC 8121 for the algorithms
 */
export const mutual: Scheme = {
  name: 'mutual',

  async challenges(visit) {
    const [, credentials] = /^mutual +(.*)$/i.exec(visit.headers.get('authorization') ?? '') ?? [];
    if (credentials === undefined)
      return [challenge(visit, visit.settings.mutualAlgorithm, ['reason=initial'])];
    const asked = parseMutualRequest(credentials)?.algorithm.name ?? visit.settings.mutualAlgorithm;
    return [challenge(visit, asked, ['reason=auth-failed'])];
  },

  async verify(credentials, visit) {
    const request = parseMutualRequest(credentials);
    if (request?.realm !== visit.realm || request.authScope !== authScopeOf(visit.issuer))
      return { kind: 'malformed' };
    return request.kind === 'exchange' ? beginSession(request, visit) : verifySession(request, visit);
  },
};

/** req-KEX-C1, answered by 401-KEX-S1: for a user who doesn't exist too (RFC 8120 section 11, note 2). */
async function beginSession(request: ExchangeRequest, visit: Visit): Promise<Verdict> {
  const { algorithm, kc1 } = request;
  const username = parseUsername(request.username) ?? request.username;
  const throttled = await visit.desk.enter(username);
  if (throttled) return throttled;
  const found = await visit.desk.find({ type: 'mutual', id: username });
  const { verifier, isReal } = await verifierFor(algorithm, username, found, visit);
  const exchanged = exchange(algorithm, verifier, kc1, visit.random(algorithm.group.elementOctets + 8));
  if (!exchanged) return { kind: 'malformed' };
  const until = visit.now + MUTUAL_SESSION_SECONDS;
  const credential = isReal ? nameOf(found) : '';
  const session = { ...exchanged, algorithm: algorithm.name, username, credential };
  const sid = await visit.desk.openExchange(username, await sealSession(session, visit.keys, until), until);
  const fields = [
    `sid=${sid}`,
    `ks1=${formatValue(algorithm, exchanged.ks1, algorithm.group.elementOctets)}`,
    `nc-max=${LARGEST_NONCE}`,
    `nc-window=${NONCE_WINDOW}`,
    `time=${MUTUAL_SESSION_SECONDS}`,
    'path="/auth/login"',
  ];
  return { kind: 'again', reason: 'key_exchange', challenges: [challenge(visit, algorithm.name, fields)] };
}

/** req-VFY-C, answered by 200-VFY-S, 401-STALE or 401-INIT. */
async function verifySession(request: VerifyRequest, visit: Visit): Promise<Verdict> {
  const { algorithm, sid, nc, vkc } = request;
  const throttled = await visit.desk.enter();
  if (throttled) return throttled;
  const sealed = await visit.desk.readExchange(sid);
  const session = sealed === undefined ? undefined : await openSession(sealed, visit.keys, visit.now);
  if (!session || session.algorithm !== algorithm.name) return stale(visit, algorithm);
  const found = await visit.desk.find({ type: 'mutual', id: session.username });
  // A credential that ended or was renewed takes its sessions with it.
  if (session.credential !== '' && session.credential !== nameOf(found)) return stale(visit, algorithm);
  const proof = proofsOf(algorithm, session, nc, visit);
  const isSame = isSameSecret(formatHash(algorithm, vkc), proof.client);
  const isRight = isSame && session.credential !== '' && found !== undefined;
  const finding = await visit.desk.settleExchange({ sid, nonce: nc, isRight });
  if (finding.kind === 'stale') return stale(visit, algorithm);
  if (finding.kind !== 'right') return finding;
  if (!found) return { kind: 'wrong' };
  return {
    kind: 'right',
    proven: provenBy(found),
    amr: 'pwd',
    finish: async () => ({ 'Authentication-Info': `version=1, sid=${sid}, vks=${proof.server}` }),
  };
}

function proofsOf(algorithm: MutualAlgorithm, session: MutualSession, nc: number, { issuer }: Visit) {
  const { client, server } = proofs(algorithm, session, nc, originWithPort(issuer));
  return { client: formatHash(algorithm, client), server: formatHash(algorithm, server) };
}

function formatHash(algorithm: MutualAlgorithm, value: bigint): string {
  return formatValue(algorithm, value, algorithm.hashOctets);
}

function stale(visit: Visit, { name }: MutualAlgorithm): Verdict {
  return { kind: 'again', reason: 'stale', challenges: [challenge(visit, name, ['reason=stale-session'])] };
}

/** `algorithm` comes first for the clients that `Digest` puts it first for. */
function challenge({ realm, issuer }: Visit, algorithm: string, fields: readonly string[]): string {
  const common = [
    `algorithm=${algorithm}`,
    'version=1',
    'validation=host',
    `auth-scope=${quote(authScopeOf(issuer))}`,
    `realm=${quote(realm)}`,
  ];
  return `Mutual ${[...common, ...fields].join(', ')}`;
}
