import { base64url } from 'jose';
import * as v from 'valibot';
import { createNonce, NONCE_RANDOM_BYTES, type NonceOutcome, readNonce } from '../nonce.ts';
import { originWithPort } from '../origin.ts';
import { quote } from '../parameters.ts';
import { provenBy } from '../proven.ts';
import type { Scheme, Visit } from '../scheme.ts';
import { type HobaKey, hasSigned, hobaKeySchema } from './public-key.ts';
import { formatToBeSigned, type HobaResult, parseHobaResult, withoutPadding } from './result.ts';

/** How long a challenge can be answered, seconds: its `max-age`. */
export const HOBA_MAX_AGE_SECONDS = 180;

/**
 * HOBA: a key pair for this origin alone. Its public half is kept here, the private one never leaves the client.
 *
 * @see RFC 7486
 */
export const hoba: Scheme = {
  name: 'hoba',
  challenges: async (visit) => [
    `HOBA realm=${quote(visit.realm)}, max-age="${HOBA_MAX_AGE_SECONDS}", challenge="${await createHobaChallenge(visit)}"`,
  ],

  async verify(credentials, visit) {
    const result = parseHobaResult(credentials);
    if (!result) return { kind: 'malformed' };
    const throttled = await visit.desk.enter();
    if (throttled) return throttled;

    const kid = withoutPadding(result.kid);
    const found = await visit.desk.find({ type: 'hoba', id: kid });
    const key = found ? v.parse(hobaKeySchema, found.data) : DECOY;
    const isSigned = await hasSignedResult(key, result, visit);
    const challenge = await readChallenge(result.challenge, visit);
    const finding = await visit.desk.settle({
      subject: `hoba ${kid}`,
      isRight: found !== undefined && isSigned && challenge.kind !== 'forged',
      isUnguessable: true,
      ...(challenge.kind === 'fresh' && {
        use: {
          id: `hoba ${kid} ${result.challenge} ${result.nonce}`,
          count: 1,
          until: challenge.expiresAt,
        },
      }),
    });
    if (finding.kind === 'wrong' || finding.kind === 'throttled') return finding;
    if (!found) return { kind: 'wrong' };
    if (finding.kind === 'replayed' || challenge.kind !== 'fresh') {
      const reason = finding.kind === 'replayed' ? 'replayed' : 'stale';
      return { kind: 'again', reason, challenges: await hoba.challenges(visit) };
    }
    return { kind: 'right', proven: provenBy(found), amr: 'pop' };
  },
};

/** A challenge for this origin, in base64url (RFC 7486 section 6.3 hands it out by itself). */
export async function createHobaChallenge(visit: Pick<Visit, 'keys' | 'now' | 'random'>): Promise<string> {
  const nonce = await createNonce(nonceUse(visit), visit.random(NONCE_RANDOM_BYTES));
  return base64url.encode(nonce);
}

/** Verified in the place of a key that doesn't exist, so that it takes as long; whose it is, is in RFC 8032 section 7.1. */
const DECOY: HobaKey = {
  alg: 'Ed25519',
  jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
};

/** The realm is signed, or left out: clients that know none sign an empty one. */
async function hasSignedResult(key: HobaKey, result: HobaResult, { issuer, realm }: Visit): Promise<boolean> {
  const origin = originWithPort(issuer);
  const signed = await Promise.all(
    [realm, ''].map((each) =>
      hasSigned(
        key,
        withoutPadding(result.signature),
        formatToBeSigned({ ...result, alg: key.alg, origin, realm: each }),
      ),
    ),
  );
  return signed.includes(true);
}

async function readChallenge(challenge: string, visit: Visit): Promise<NonceOutcome> {
  return readNonce(new TextDecoder().decode(base64url.decode(withoutPadding(challenge))), nonceUse(visit));
}

function nonceUse({ keys, now }: Pick<Visit, 'keys' | 'now'>) {
  return { purpose: 'hoba', keys, now, ttlSeconds: HOBA_MAX_AGE_SECONDS };
}
