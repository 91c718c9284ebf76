import type { ProofUse } from '../core/dpop/used-proofs.ts';
import { hasScope } from '../core/oauth/scope.ts';
import { type AccessTokenOutcome, isUserClaims, verifyAccessToken } from '../core/tokens/access-token.ts';
import { parseAuthorization } from '../schemes/authorization.ts';
import { isBearerToken } from '../schemes/bearer.ts';
import type { Access, RequestContext } from './context.ts';
import { readProof, spendProof } from './dpop.ts';
import { isForm, readFields } from './form.ts';
import { hasClient } from './oauth/token-status.ts';
import type { ProofPlace, Refusal } from './refusal.ts';

/** `proof`: of the key to which the token is bound, if it is; not used up yet. */
export type AccessOutcome =
  | { ok: true; access: Access; proof: ProofUse | undefined }
  | { ok: false; refusal: Refusal };

/** Guards a route: a live session's access token, with the scope that is needed. */
export async function requireAccess(c: RequestContext, scope: string | undefined): Promise<AccessOutcome> {
  const presented = await readPresented(c);
  if (presented === undefined) return { ok: false, refusal: { reason: 'no_access_token' } };
  if (!presented.ok) return presented;
  const { access } = presented;
  if (scope !== undefined && !(hasScope(access.scope, scope) && isStillAllowed(c, access, scope))) {
    return { ok: false, refusal: { reason: 'insufficient_scope', scope } };
  }
  const { accounts } = c.get('services');
  const [isThere, isLive] = await Promise.all([
    hasClient(c, access),
    accounts.isLive(access.sub, access.sid),
  ]);
  if (!isThere) return { ok: false, refusal: { reason: 'access_token_client_removed' } };
  if (!isLive) return { ok: false, refusal: { reason: 'access_token_session_ended' } };
  const refusal = await spendProof(c, 'resource', presented.proof);
  return refusal ? { ok: false, refusal } : presented;
}

/**
 * A form may carry the token where a client has no hand on headers; a query never, as it would be logged.
 *
 * @see RFC 6750 sections 2.2 and 2.3
 */
async function readPresented(c: RequestContext): Promise<AccessOutcome | undefined> {
  const isPosted = c.req.method === 'POST' && isForm(c.req.header('content-type'));
  const [token, ...others] = isPosted ? (await readFields(c)).getAll('access_token') : [];
  if (token === undefined) return readAccessToken(c);
  if (others.length > 0 || c.req.header('authorization') !== undefined)
    return { ok: false, refusal: { reason: 'access_token_twice' } };
  return checkPresented(c, 'bearer', token);
}

/** Who is no longer named in `ADMINS` is no admin, whatever an older token says. */
function isStillAllowed(c: RequestContext, access: Access, scope: string): boolean {
  return scope !== 'admin' || c.get('services').settings.admins.includes(access.sub);
}

/**
 * Reads the access token of a request, if it has one, and the proof of the key that it is bound to.
 *
 * @param expired `accepted` at refresh, where an expired token still says who its user is
 * @see RFC 6750 section 2.1, RFC 9449 section 7.1
 */
export async function readAccessToken(
  c: RequestContext,
  expired?: 'accepted',
): Promise<AccessOutcome | undefined> {
  const header = c.req.header('authorization');
  if (header === undefined) return undefined;
  const authorization = parseAuthorization(header);
  if (authorization === 'malformed') return { ok: false, refusal: { reason: 'malformed_authorization' } };
  const { scheme, credentials } = authorization;
  if (scheme !== 'bearer' && scheme !== 'dpop') return { ok: false, refusal: { reason: 'no_access_token' } };
  return checkPresented(c, scheme, credentials, expired);
}

async function checkPresented(
  c: RequestContext,
  scheme: 'bearer' | 'dpop',
  credentials: string,
  expired?: 'accepted',
): Promise<AccessOutcome> {
  if (!isBearerToken(credentials)) return { ok: false, refusal: { reason: 'malformed_authorization' } };
  const outcome = await verify(c, credentials, expired);
  if (!outcome.ok) return { ok: false, refusal: { reason: `access_token_${outcome.reason}` } };
  const { claims } = outcome;
  if (!isUserClaims(claims)) return { ok: false, refusal: { reason: 'access_token_of_a_client' } };
  if (scheme === 'dpop') return withProof(c, claims, credentials, expired ? 'token' : 'resource');
  return claims.cnf
    ? { ok: false, refusal: { reason: 'access_token_without_proof' } }
    : { ok: true, access: claims, proof: undefined };
}

async function withProof(
  c: RequestContext,
  access: Access,
  token: string,
  place: ProofPlace,
): Promise<AccessOutcome> {
  const read = await readProof(c, place, token);
  if (!read.ok) return read;
  const { proof } = read;
  if (!proof) return { ok: false, refusal: { reason: 'access_token_without_proof' } };
  return proof.thumbprint === access.cnf?.jkt
    ? { ok: true, access, proof }
    : { ok: false, refusal: { reason: 'access_token_of_another_key' } };
}

function verify(
  c: RequestContext,
  token: string,
  expired: 'accepted' | undefined,
): Promise<AccessTokenOutcome> {
  const { keys, settings } = c.get('services');
  return verifyAccessToken(
    token,
    keys,
    {
      issuer: c.get('issuer'),
      audience: c.get('audience'),
      oldestSeconds: settings.refreshAbsoluteTtlSeconds + settings.keyPeriodSeconds,
      ...(expired && { expired }),
    },
    c.get('now'),
  );
}
