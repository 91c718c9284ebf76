import {
  type AuthorizationRequest,
  type AuthorizationRules,
  parseAuthorizationRequest,
} from '../../core/oauth/authorization-request.ts';
import type { Client } from '../../core/oauth/client.ts';
import { readIdTokenHint } from '../../core/oauth/id-token.ts';
import { destinationOf, matchesRedirectUri } from '../../core/oauth/redirect-uri.ts';
import { OPENID_SCOPES } from '../../core/oauth/scope.ts';
import { type CarriedRequest, openRequest, REQUEST_URI_PREFIX } from '../../core/oauth/sealed-request.ts';
import type { AppView } from '../../pages/oauth/app.tsx';
import type { RequestContext } from '../context.ts';
import { noteUnavailable } from '../unavailable.ts';

export const AUTHORIZE = '/oauth/authorize';

type Parsed = ReturnType<typeof parseAuthorizationRequest>;

export type ReadAuthorization =
  | Exclude<Parsed, { kind: 'request' }>
  | { kind: 'unknown_client' | 'expired' }
  | { kind: 'request'; client: Client; request: AuthorizationRequest; isResumed: boolean };

/** What a client may ask its users for. */
export function scopesOf(c: RequestContext, client: Client): string[] {
  return client.scope === undefined
    ? [...OPENID_SCOPES, ...c.get('services').settings.scopes]
    : client.scope.split(' ').filter(Boolean);
}

export function resourcesOf(c: RequestContext): string[] {
  return [c.get('audience'), ...c.get('services').settings.resources];
}

/** Reads an authorization request, whether it came in parameters or was carried here. @see RFC 9126 section 4 */
export async function readAuthorization(
  c: RequestContext,
  parameters: URLSearchParams,
): Promise<ReadAuthorization> {
  const [clientId, ...others] = parameters.getAll('client_id');
  if (!clientId || others.length > 0) return { kind: 'unknown_client' };
  const client = await c.get('services').clients.find(clientId);
  if (!client) return { kind: 'unknown_client' };
  const [requestUri, ...otherUris] = parameters.getAll('request_uri');
  if (requestUri?.startsWith(REQUEST_URI_PREFIX))
    return otherUris.length > 0 ? { kind: 'expired' } : carried(c, client, requestUri);
  return checkAuthorization(c, parameters, client, false);
}

/** Checks a client's parameters; an `id_token_hint` becomes the name of the user whom it expects. */
export async function checkAuthorization(
  c: RequestContext,
  parameters: URLSearchParams,
  client: Client,
  isPushed: boolean,
): Promise<ReadAuthorization> {
  const rules: AuthorizationRules = {
    scopes: scopesOf(c, client),
    resources: resourcesOf(c),
    isPushed,
    now: c.get('now'),
  };
  const parsed = parseAuthorizationRequest(parameters, client, rules);
  if (parsed.kind !== 'request') return parsed;
  const hint = parameters.get('id_token_hint');
  const hinted = hint ? await readIdTokenHint(hint, c.get('issuer'), c.get('services').keys) : undefined;
  if (hint && !hinted) {
    const { request: target } = parsed;
    return { kind: 'error', target, error: 'invalid_request', description: 'id_token_hint is none of ours' };
  }
  const request = { ...parsed.request, ...(hinted && { expectedUser: hinted.subject }) };
  return { kind: 'request', client, request, isResumed: false };
}

async function carried(c: RequestContext, client: Client, requestUri: string): Promise<ReadAuthorization> {
  const opened = await openCarried(c, requestUri);
  if (!opened) return { kind: 'expired' };
  const { request, stage } = opened;
  return isOf(client, request)
    ? { kind: 'request', client, request, isResumed: stage.kind === 'resumed' }
    : { kind: 'bad_redirect_uri' };
}

async function openCarried(c: RequestContext, requestUri: string): Promise<CarriedRequest | undefined> {
  const text = requestUri.slice(REQUEST_URI_PREFIX.length);
  const opened = await openRequest(text, c.get('services').keys, c.get('now'));
  return opened?.stage.kind === 'consent' ? undefined : opened;
}

/**
 * Reads which app a user goes on to who signs in first.
 *
 * @param returnTo where the sign-in leads
 * @returns undefined if that is to no app for sure: what is wrong with the request is said when it goes on
 */
export async function readApp(c: RequestContext, returnTo: string | undefined): Promise<AppView | undefined> {
  const [path, query] = returnTo?.split('?') ?? [];
  const requestUri = path === AUTHORIZE && new URLSearchParams(query).get('request_uri');
  const opened = requestUri ? await openCarried(c, requestUri) : undefined;
  if (!opened) return undefined;
  const { request } = opened;
  const finding = c.get('services').clients.find(request.clientId);
  // Nobody is kept from a form by what only stands beside it.
  const client = await finding.catch((error: unknown) => noteUnavailable(c, error));
  return client && isOf(client, request) ? describeApp(client, request) : undefined;
}

/** What a user is told of the app that asks. */
export function describeApp(client: Client, request: AuthorizationRequest): AppView {
  return { ...nameApp(client, client.clientId), destination: destinationOf(request.redirectUri) };
}

/** `client`: undefined for one that is gone. */
export function nameApp(client: Client | undefined, clientId: string): Omit<AppView, 'destination'> {
  return { clientName: client?.name || clientId, isSelfNamed: !client?.isTrusted };
}

/** Whether a request that was sealed here is this client's still: the client may have been changed since. */
export function isOf(client: Client, { clientId, redirectUri }: AuthorizationRequest): boolean {
  return (
    clientId === client.clientId &&
    matchesRedirectUri(client.redirectUris, redirectUri, client.applicationType)
  );
}
