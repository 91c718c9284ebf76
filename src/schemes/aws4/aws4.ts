import { bytesToHex } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { keyedHash } from '../../core/keys/keyed-hash.ts';
import { isSameSecret } from '../compare.ts';
import { provenBy } from '../proven.ts';
import type { OpenedCredential, Scheme, Visit } from '../scheme.ts';
import { canonicalRequest, type PathEncoding, queryForms, type SignedRequest } from './canonical-request.ts';
import {
  type Aws4Claim,
  isPresigned,
  parseHeaderClaim,
  parseInstant,
  parseQueryClaim,
  UNSIGNED_PAYLOAD,
  withoutSignature,
} from './claim.ts';
import { sha256Hex, sign, signingKey, stringToSign } from './signing.ts';

/** How far a client's clock may be off, and how long after its end a presigned address is still taken, seconds. */
const CLOCK_TOLERANCE_SECONDS = 900;
const PRESIGNED_TOLERANCE_SECONDS = 300;

/**
 * AWS Signature Version 4: a key pair of id and secret signs the request itself.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export const aws4: Scheme = {
  name: 'aws4-hmac-sha256',
  challenges: async ({ realm, settings }) => [
    `AWS4-HMAC-SHA256 realm="${realm}", region="${settings.aws4Region}", service="${settings.aws4Service}"`,
  ],
  isElsewhere: ({ target }) => isPresigned(queryOf(target)),

  async verify(credentials, visit) {
    const query = queryOf(visit.target);
    const claim = credentials === '' ? parseQueryClaim(query) : parseHeaderClaim(credentials, visit.headers);
    const until = claim && isForUs(claim, visit) ? endOf(claim, visit.now) : undefined;
    if (!claim || until === undefined) return { kind: 'malformed' };
    const payloads = await payloadsOf(claim, visit.body);
    const throttled = await visit.desk.enter();
    if (throttled) return throttled;

    const { accessKeyId, signature } = claim;
    const found = await visit.desk.find({ type: 'aws4', id: accessKeyId });
    const isSigned = await hasSigned(await secretOf(found, accessKeyId, visit), claim, payloads, visit);
    const finding = await visit.desk.settle({
      subject: `aws4 ${accessKeyId}`,
      isRight: found !== undefined && isSigned,
      isUnguessable: true,
      use: { id: `aws4 ${accessKeyId} ${signature}`, count: 1, until },
    });
    if (finding.kind === 'throttled') return finding;
    return finding.kind === 'right' && found
      ? { kind: 'right', proven: provenBy(found), amr: 'pop' }
      : { kind: 'wrong' };
  },
};

const dataSchema = v.object({ secret: v.string() });

/** For a key that doesn't exist, a secret that nobody has. */
async function secretOf(found: OpenedCredential | undefined, accessKeyId: string, { keys }: Visit) {
  const [decoyKey] = await keys.lastingKeys('aws4 decoy');
  const decoy = bytesToHex(await keyedHash(decoyKey, accessKeyId));
  return found ? v.parse(dataSchema, found.data).secret : decoy;
}

/** The right region and service; the host, the date and everything of AWS's own signed. */
function isForUs({ scope, signedHeaders, expiresSeconds }: Aws4Claim, { headers, settings }: Visit): boolean {
  const needed = [...headers.keys()].filter((name) => name.startsWith('x-amz-'));
  if (expiresSeconds === undefined) needed.push(headers.has('x-amz-date') ? 'x-amz-date' : 'date');
  return (
    scope.region === settings.aws4Region &&
    scope.service === settings.aws4Service &&
    ['host', ...needed].every((name) => signedHeaders.includes(name))
  );
}

/** @returns until when the signature could be shown again, or `undefined` outside of its time */
function endOf({ at, expiresSeconds }: Aws4Claim, now: number): number | undefined {
  const signedAt = parseInstant(at);
  if (signedAt === undefined || now < signedAt - CLOCK_TOLERANCE_SECONDS) return undefined;
  const end =
    expiresSeconds === undefined
      ? signedAt + CLOCK_TOLERANCE_SECONDS
      : signedAt + expiresSeconds + PRESIGNED_TOLERANCE_SECONDS;
  return now <= end ? end + 1 : undefined;
}

/**
 * The hashes that may have been signed; none if the declared one is not the body's. A presigned address that declares none
 * may have left the body open, as S3's do.
 */
async function payloadsOf({ payload, expiresSeconds }: Aws4Claim, body: Visit['body']): Promise<string[]> {
  const actual = await sha256Hex(body);
  if (payload !== undefined) return payload === actual || payload === UNSIGNED_PAYLOAD ? [payload] : [];
  return expiresSeconds === undefined ? [actual] : [actual, UNSIGNED_PAYLOAD];
}

async function hasSigned(
  secret: string,
  claim: Aws4Claim,
  payloads: string[],
  visit: Visit,
): Promise<boolean> {
  const key = await signingKey(secret, claim.scope);
  const forms = formsOf(claim, payloads, visit);
  const signatures = await Promise.all(
    forms.map(async (form) => sign(key, await stringToSign(form, claim.at, claim.scope))),
  );
  return signatures.filter((signature) => isSameSecret(signature, claim.signature)).length > 0;
}

/** The forms that a client may have signed: clients differ in how often they encode the path and in how they write the query, and headers that came several times arrive joined. */
function formsOf(claim: Aws4Claim, payloads: string[], visit: Visit): string[] {
  const path = visit.target.split('?', 1)[0] ?? '';
  const query = withoutSignature(queryOf(visit.target));
  const queries = queryForms(query);
  const forms = payloads.flatMap((payload) =>
    [undefined, ', '].flatMap((separator) => {
      const headers = claim.signedHeaders.map((name) => {
        const value = headerOf(name, visit);
        // A date has its comma, and comes once.
        const isWhole = separator === undefined || name === 'date';
        return [name, isWhole ? [value] : value.split(separator)] as const;
      });
      const request: SignedRequest = { method: visit.method, path, query, headers, payload };
      return (['twice', 'once'] satisfies PathEncoding[]).flatMap((encoding) =>
        queries.map((written) => canonicalRequest(request, encoding, written)),
      );
    }),
  );
  return [...new Set(forms)];
}

/** The host is the issuer's: what was signed for another one was meant for somebody else, whatever `Host` it comes with. The runtime may leave out the length. */
function headerOf(name: string, { headers, issuer, body }: Visit): string {
  if (name === 'host') return new URL(issuer).host;
  return headers.get(name) ?? (name === 'content-length' ? String(body.length) : '');
}

function queryOf(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? '' : target.slice(at + 1);
}
