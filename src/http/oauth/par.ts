import { REQUEST_URI_PREFIX, STAGE_TTL_SECONDS, sealRequest } from '../../core/oauth/sealed-request.ts';
import { readProof, spendProof } from '../dpop.ts';
import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import { checkAuthorization } from './authorization.ts';
import { authenticateClient } from './client-auth.ts';
import { countRequest } from './client-route.ts';
import { pushedParameters } from './parameters.ts';

/** Takes an authorization request from its client, and gives it a name to send the user with. @see RFC 9126 section 2 */
export const pushRoute: Route = defineRoute({
  method: 'POST',
  path: '/oauth/par',
  cors: 'any',
  form: pushedParameters,
  async handle(c, { form }) {
    const { keys } = c.get('services');
    const throttled = await countRequest(c, 'authorize');
    if (throttled) return refuse(c, throttled);
    const proven = await readProof(c, 'token');
    if (!proven.ok) return refuse(c, proven.refusal);
    const authenticated = await authenticateClient(c, form);
    if (!authenticated.ok) return refuse(c, authenticated.refusal);
    if (form.request_uri !== undefined)
      return refuse(c, bad('invalid_request', 'request_uri can not be pushed'));
    const parameters = toParameters(form);
    const thumbprint = proven.proof?.thumbprint;
    if (thumbprint !== undefined && (form.dpop_jkt ?? thumbprint) !== thumbprint)
      return refuse(c, bad('invalid_request', 'dpop_jkt names another key than the DPoP proof'));
    // RFC 9449 section 10.1: the proof says the same as the parameter.
    if (thumbprint !== undefined) parameters.set('dpop_jkt', thumbprint);
    const read = await checkAuthorization(c, parameters, authenticated.client, true);
    if (read.kind === 'error') return refuse(c, bad(read.error, read.description));
    if (read.kind !== 'request') return refuse(c, bad('invalid_request', 'redirect_uri is not registered'));
    const replay = await spendProof(c, 'token', proven.proof);
    if (replay) return refuse(c, replay);
    const request = { ...read.request, pushedId: crypto.randomUUID() };
    const carried = { stage: { kind: 'pushed' }, request } as const;
    const sealed = await sealRequest(carried, keys, c.get('now'));
    if (sealed === undefined) return refuse(c, bad('invalid_request', 'The request is too long'));
    return c.json({ request_uri: REQUEST_URI_PREFIX + sealed, expires_in: STAGE_TTL_SECONDS.pushed }, 201);
  },
});

function bad(error: string, description: string) {
  return { reason: 'authorization_request', error, description } as const;
}

/** What proves the client is no part of its request. */
function toParameters(form: Readonly<Record<string, string | string[] | undefined>>): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    if (value === undefined || /^client_(secret|assertion)/.test(name)) continue;
    for (const each of Array.isArray(value) ? value : [value]) parameters.append(name, each);
  }
  return parameters;
}
