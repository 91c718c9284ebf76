import { decodeJwt } from 'jose';
import type { AuthMethod, Client } from '../../core/oauth/client.ts';
import { ASSERTION_TYPE, verifyClientAssertion } from '../../core/oauth/client-assertion.ts';
import { isSecret } from '../../core/oauth/secret.ts';
import { parseAuthorization } from '../../schemes/authorization.ts';
import { parseBasic } from '../../schemes/basic.ts';
import type { RequestContext } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { hasSecret } from './new-client.ts';
import type { OAuthRefusal } from './oauth-refusal.ts';
import type { ClientParameters } from './parameters.ts';

export type ClientOutcome = { ok: true; client: Client } | { ok: false; refusal: Refusal };

type Presented = { method: AuthMethod; clientId: string; secret: string; isBasic: boolean };
type ClientReason = Extract<OAuthRefusal, { isBasic: boolean }>['reason'];

/**
 * Finds out which client a request comes from: by the method that it is registered with, and by one only.
 *
 * @see RFC 6749 sections 2.3 and 3.2.1, RFC 7523 section 2.2
 */
export async function authenticateClient(
  c: RequestContext,
  parameters: ClientParameters,
): Promise<ClientOutcome> {
  const presented = readPresented(c, parameters);
  if ('reason' in presented) return { ok: false, refusal: presented };
  const { method, clientId, secret, isBasic } = presented;
  const refused = (reason: ClientReason) => ({ ok: false, refusal: { reason, isBasic } }) as const;
  const { clients, clientKeys, log } = c.get('services');
  const client = await clients.find(clientId);
  if (!client) return refused('client_unknown');
  if (!isMethodOf(client, method)) return refused('client_method_wrong');
  switch (method) {
    case 'none':
      return { ok: true, client };
    case 'client_secret_basic':
    case 'client_secret_post':
      return (await isSecret(secret, client.secretHash))
        ? { ok: true, client }
        : refused('client_secret_wrong');
    case 'private_key_jwt': {
      const now = c.get('now');
      const { jwks, jwksUri } = client;
      const readKeys = async (kid: string | undefined) =>
        jwksUri === undefined ? (jwks?.keys ?? []) : clientKeys.read(jwksUri, kid, now);
      const assertion = await verifyClientAssertion(secret, client, readKeys, c.get('issuer'), now);
      if (!assertion) return refused('client_assertion_invalid');
      const isFirst = await clients.spendId(clientId, assertion.jti, assertion.expiresAt, now);
      if (!isFirst) log({ event: 'client_assertion_replayed', clientId });
      return isFirst ? { ok: true, client } : refused('client_assertion_replayed');
    }
  }
}

/** As `authenticateClient`, for what only a client with credentials may ask. */
export async function authenticateConfidentialClient(
  c: RequestContext,
  parameters: ClientParameters,
): Promise<ClientOutcome> {
  const outcome = await authenticateClient(c, parameters);
  if (!outcome.ok || outcome.client.authMethod !== 'none') return outcome;
  return { ok: false, refusal: { reason: 'client_is_public', isBasic: false } };
}

/**
 * Where a secret stands makes no difference to who knows it, and every client with one may use Basic (RFC 6749 section
 * 2.3.1), so the two methods with a secret stand for one another. A key or nothing never stands for a secret.
 */
function isMethodOf(client: Client, method: AuthMethod): boolean {
  return client.authMethod === method || (hasSecret(client) && hasSecret({ authMethod: method }));
}

function readPresented(c: RequestContext, parameters: ClientParameters): Presented | Refusal {
  const { client_id, client_secret, client_assertion, client_assertion_type } = parameters;
  const header = c.req.header('authorization');
  const ways = [header, client_secret, client_assertion].filter((way) => way !== undefined);
  if (ways.length > 1)
    return { reason: 'bad_request', description: 'The client authenticates in more than one way' };
  if (header !== undefined) return fromHeader(header, client_id);
  if (client_assertion !== undefined) {
    const isOfType = client_assertion_type === ASSERTION_TYPE;
    const clientId = isOfType ? readSubject(client_assertion) : undefined;
    if (clientId === undefined || (client_id !== undefined && client_id !== clientId))
      return { reason: 'client_assertion_invalid', isBasic: false };
    return { method: 'private_key_jwt', clientId, secret: client_assertion, isBasic: false };
  }
  if (client_id === undefined) return { reason: 'no_client', isBasic: false };
  return client_secret === undefined
    ? { method: 'none', clientId: client_id, secret: '', isBasic: false }
    : { method: 'client_secret_post', clientId: client_id, secret: client_secret, isBasic: false };
}

/** Both halves are form-encoded before they are joined (RFC 6749 section 2.3.1). */
function fromHeader(header: string, clientId: string | undefined): Presented | Refusal {
  const authorization = parseAuthorization(header);
  const credentials =
    authorization !== 'malformed' && authorization.scheme === 'basic'
      ? parseBasic(authorization.credentials)
      : undefined;
  const id = credentials && decode(credentials.username);
  const secret = credentials && decode(credentials.password);
  if (id === undefined || secret === undefined) return { reason: 'no_client', isBasic: true };
  if (clientId !== undefined && clientId !== id)
    return {
      reason: 'bad_request',
      description: 'client_id names another client than the Authorization header',
    };
  // No secret proves nothing: so do public clients whose library knows no other way to name them.
  const method = secret === '' ? 'none' : 'client_secret_basic';
  return { method, clientId: id, secret, isBasic: true };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function readSubject(assertion: string): string | undefined {
  try {
    const { sub } = decodeJwt<{ sub?: unknown }>(assertion);
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
