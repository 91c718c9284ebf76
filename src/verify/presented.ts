import { verifyProof } from '../core/dpop/proof.ts';
import { parseAuthorization } from '../schemes/authorization.ts';
import { isBearerToken } from '../schemes/bearer.ts';
import type { Claims } from './claims.ts';
import type { ProofMemory } from './proof-memory.ts';
import type { Reason } from './refusal.ts';

/** What is looked at of a request: a `Request` has it, and of Node's own requests it is soon made. */
export type PresentedRequest = {
  method: string;
  url: string;
  headers: { get(name: string): string | null | undefined };
};

/** An access token, as a request or a caller presents it. */
export type Presented = {
  token: string;
  scheme: 'bearer' | 'dpop';
  request: PresentedRequest | undefined;
};

/** Reads the token of a request: from the `Authorization` header, and from nowhere else (RFC 6750 section 2.1, RFC 9449 section 7.1). */
export function readPresented(presented: PresentedRequest | string | null | undefined): Presented | Reason {
  if (typeof presented === 'string') return { token: presented, scheme: 'bearer', request: undefined };
  if (!presented) return 'no_token';
  // Node's own request as it is, say: that is no client's fault.
  if (typeof presented.headers?.get !== 'function')
    throw new TypeError('verify takes a token, or a request with a method, a url and Headers');
  const header = presented.headers.get('Authorization');
  if (header === null || header === undefined) return 'no_token';
  const authorization = parseAuthorization(header);
  if (authorization === 'malformed') return 'malformed_authorization';
  const { scheme, credentials } = authorization;
  if (scheme !== 'bearer' && scheme !== 'dpop') return 'no_token';
  return isBearerToken(credentials)
    ? { token: credentials, scheme, request: presented }
    : 'malformed_authorization';
}

/**
 * Checks that who presents a token holds the key that it is bound to.
 *
 * @param publicOrigin where clients see the API, if that isn't the request's own origin
 * @returns why not, or `undefined` if all is well
 * @see RFC 9449 sections 4.3 and 7
 */
export async function checkBinding(
  { token, scheme, request }: Presented,
  claims: Claims,
  memory: ProofMemory,
  publicOrigin: string | undefined,
  now: number,
): Promise<Reason | undefined> {
  const thumbprint = claims.cnf?.jkt;
  if (thumbprint === undefined) return scheme === 'dpop' ? 'unbound_token_with_proof' : undefined;
  if (scheme !== 'dpop' || !request) return 'bound_token_without_proof';
  if (!URL.canParse(request.url)) return 'proof_wrong_url';
  const url = new URL(request.url);
  const expectation = {
    method: request.method,
    url: (publicOrigin ?? url.origin) + url.pathname,
    accessToken: token,
  };
  // Several DPoP headers come joined by commas, which no proof has in it (RFC 9449 section 4.3, step 1).
  const outcome = await verifyProof(request.headers.get('DPoP') ?? '', expectation, now);
  if (!outcome.ok) return `proof_${outcome.reason}`;
  if (outcome.proof.thumbprint !== thumbprint) return 'proof_of_another_key';
  return (await memory.use(outcome.proof, now)) ? undefined : 'proof_replayed';
}
