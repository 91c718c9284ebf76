import { fitsTokens } from './audience.ts';
import { type Client, LONGEST_AGE } from './client.ts';
import { isCodeChallenge } from './pkce.ts';
import { isRedirectUri, matchesRedirectUri } from './redirect-uri.ts';
import { formatScope, grantable, parseScope } from './scope.ts';

export const RESPONSE_MODES = ['query', 'form_post'] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];

export const PROMPTS = ['none', 'login', 'consent', 'select_account'] as const;
export type Prompt = (typeof PROMPTS)[number];

/** Where an answer goes, whatever it says. */
export type ResponseTarget = { redirectUri: string; responseMode: ResponseMode; state?: string };

/** An authorization request that was checked: only what its user must still say is open. */
export type AuthorizationRequest = ResponseTarget & {
  clientId: string;
  isRedirectUriGiven: boolean;
  codeChallenge: string;
  scope: string;
  nonce?: string;
  prompts: readonly Prompt[];
  /** Seconds. */
  maxAge?: number;
  loginHint?: string;
  /** Languages for the pages, the best first, parted by spaces. */
  uiLocales?: string;
  /** The user that an `id_token_hint` names. */
  expectedUser?: string;
  resources?: readonly string[];
  /** Of the key to which the code is to be bound (RFC 9449 section 10). */
  thumbprint?: string;
  /** When it first came, epoch seconds. */
  beganAt: number;
  /** It was pushed: then it is answered once (RFC 9126 section 7.3). */
  pushedId?: string;
};

export type AuthorizationError =
  | 'invalid_request'
  | 'unauthorized_client'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'registration_not_supported'
  | 'request_not_supported'
  | 'request_uri_not_supported';

export type AuthorizationOutcome =
  | { kind: 'request'; request: AuthorizationRequest }
  /** The redirect URI is known to be good, so the client is told. */
  | { kind: 'error'; target: ResponseTarget; error: AuthorizationError; description: string }
  /** It is not, so only the user is. */
  | { kind: 'bad_redirect_uri' };

export type AuthorizationRules = {
  /** The scopes that the client may ask for. */
  scopes: readonly string[];
  /** The resources there are. */
  resources: readonly string[];
  /** The request was pushed (RFC 9126). */
  isPushed: boolean;
  /** Epoch seconds. */
  now: number;
};

/**
 * Checks an authorization request.
 *
 * @param parameters as they were sent, each with all its values
 * @see RFC 6749 sections 4.1.1 and 4.1.2.1, RFC 7636 section 4.3, OpenID Connect Core 1.0 section 3.1.2
 */
export function parseAuthorizationRequest(
  parameters: URLSearchParams,
  client: Client,
  rules: AuthorizationRules,
): AuthorizationOutcome {
  const redirect = readRedirectUri(parameters, client);
  if (!redirect) return { kind: 'bad_redirect_uri' };
  const read = (name: string) => parameters.get(name) || undefined;
  const state = parameters.getAll('state').length === 1 ? read('state') : undefined;
  const mode = read('response_mode') ?? 'query';
  const responseMode = RESPONSE_MODES.find((each) => each === mode);
  const target: ResponseTarget = {
    redirectUri: redirect.redirectUri,
    responseMode: responseMode ?? 'query',
    ...(state !== undefined && { state }),
  };
  const refused = (error: AuthorizationError, description: string): AuthorizationOutcome => ({
    kind: 'error',
    target,
    error,
    description,
  });

  const problem = findProblem(parameters, client, rules);
  if (problem) return refused(...problem);
  if (!responseMode) return refused('invalid_request', 'response_mode is query or form_post');
  const challenge = read('code_challenge') ?? '';
  if (!isCodeChallenge(challenge) || read('code_challenge_method') !== 'S256')
    return refused('invalid_request', 'PKCE is needed: code_challenge with code_challenge_method S256');
  const asked = parseScope(read('scope') ?? '');
  const granted = asked && grantable(asked, rules.scopes);
  if (!granted || (asked.length > 0 && granted.length === 0))
    return refused('invalid_scope', 'None of the scopes can be granted');
  const scope = formatScope(granted);
  const resources = [...new Set(parameters.getAll('resource').filter(Boolean))];
  if (resources.some((resource) => !rules.resources.includes(resource)))
    return refused('invalid_target', 'A resource is unknown');
  if (!fitsTokens(scope, resources))
    return refused('invalid_target', 'Scopes and resources are too long together');
  const prompts = parsePrompts(read('prompt'));
  if (!prompts)
    return refused('invalid_request', `prompt is one of ${PROMPTS.join(', ')}; none stands alone`);
  const maxAge = read('max_age') ?? client.defaultMaxAge?.toString();
  if (maxAge !== undefined && !/^\d+$/.test(maxAge))
    return refused('invalid_request', 'max_age is a number of seconds');
  const thumbprint = read('dpop_jkt');
  if (thumbprint !== undefined && !/^[\w-]{43}$/.test(thumbprint))
    return refused('invalid_request', 'dpop_jkt is a SHA-256 thumbprint (RFC 7638)');
  const nonce = read('nonce');
  const loginHint = read('login_hint')?.slice(0, 64);
  const uiLocales = read('ui_locales')?.slice(0, 64);
  return {
    kind: 'request',
    request: {
      ...target,
      ...redirect,
      clientId: client.clientId,
      codeChallenge: challenge,
      scope,
      ...(nonce !== undefined && { nonce }),
      prompts,
      ...(maxAge !== undefined && { maxAge: Math.min(Number(maxAge), LONGEST_AGE) }),
      ...(loginHint !== undefined && { loginHint }),
      ...(uiLocales !== undefined && { uiLocales }),
      ...(resources.length > 0 && { resources }),
      ...(thumbprint !== undefined && { thumbprint }),
      beganAt: Math.floor(rules.now),
    },
  };
}

/** A client with one redirect URI need not name it, save with OpenID Connect. */
function readRedirectUri(
  parameters: URLSearchParams,
  client: Client,
): { redirectUri: string; isRedirectUriGiven: boolean } | undefined {
  const [given, ...others] = parameters.getAll('redirect_uri');
  if (others.length > 0) return undefined;
  if (given) {
    const isKnown = matchesRedirectUri(client.redirectUris, given, client.applicationType);
    return isKnown ? { redirectUri: given, isRedirectUriGiven: true } : undefined;
  }
  const [only, ...rest] = client.redirectUris;
  const isOpenId = (parameters.get('scope') ?? '').split(' ').includes('openid');
  if (only === undefined || rest.length > 0 || isOpenId || !isRedirectUri(only)) return undefined;
  return { redirectUri: only, isRedirectUriGiven: false };
}

/** Some frameworks seal all that they need later into it. */
export const LONGEST_STATE = 4_096;
const LONGEST: Readonly<Record<string, number>> = { state: LONGEST_STATE, nonce: 512, scope: 2_048 };
/** That mean something here, beside `resource`, which alone may come twice (RFC 8707 section 2). */
const KNOWN =
  'client_id redirect_uri response_type response_mode scope state nonce prompt max_age login_hint id_token_hint ui_locales code_challenge code_challenge_method dpop_jkt request request_uri registration'.split(
    ' ',
  );

function findProblem(
  parameters: URLSearchParams,
  client: Client,
  rules: AuthorizationRules,
): [AuthorizationError, string] | undefined {
  if (KNOWN.some((name) => parameters.getAll(name).length > 1))
    return ['invalid_request', 'A parameter is repeated'];
  // Without a value it counts as left out (RFC 6749 section 3.1).
  if (parameters.get('request')) return ['request_not_supported', 'Request objects are not supported'];
  if (parameters.get('request_uri'))
    return ['request_uri_not_supported', 'Only request URIs of pushed requests are supported'];
  if (parameters.get('registration'))
    return ['registration_not_supported', 'Clients are registered at /oauth/register, not in a request'];
  const long = KNOWN.find((name) => (parameters.get(name) ?? '').length > (LONGEST[name] ?? 16_384));
  if (long !== undefined) return ['invalid_request', 'A parameter is too long'];
  const type = parameters.get('response_type') ?? '';
  if (type === '') return ['invalid_request', 'response_type is missing'];
  if (type !== 'code') return ['unsupported_response_type', 'response_type is code'];
  if (!client.grantTypes.includes('authorization_code'))
    return ['unauthorized_client', 'The client is not registered for the authorization_code grant'];
  if (client.requiresPushedRequests && !rules.isPushed)
    return ['invalid_request', 'This client must push its requests to /oauth/par'];
  return undefined;
}

function parsePrompts(text: string | undefined): Prompt[] | undefined {
  const words = (text ?? '').split(' ').filter(Boolean);
  const prompts = PROMPTS.filter((prompt) => words.includes(prompt));
  const isKnown = words.every((word) => PROMPTS.some((prompt) => prompt === word));
  return isKnown && (!prompts.includes('none') || prompts.length === 1) ? prompts : undefined;
}
