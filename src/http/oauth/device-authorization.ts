import { fitsTokens } from '../../core/oauth/audience.ts';
import { DEVICE_GRANT } from '../../core/oauth/client.ts';
import {
  createUserCode,
  DEVICE_CODE_TTL_SECONDS,
  type DeviceGrant,
  formatUserCode,
  POLL_SECONDS,
} from '../../core/oauth/device-grants.ts';
import { formatScope, grantable, parseScope } from '../../core/oauth/scope.ts';
import { hashSecret } from '../../core/oauth/secret.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { RequestContext } from '../context.ts';
import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import { resourcesOf, scopesOf } from './authorization.ts';
import { authenticateClient } from './client-auth.ts';
import { countRequest } from './client-route.ts';
import { drawSecret } from './new-client.ts';
import { deviceParameters } from './parameters.ts';

const MOST_DRAWS = 4;

/** Begins the grant of a device that has no browser. @see RFC 8628 sections 3.1 and 3.2 */
export const deviceAuthorizationRoute: Route = defineRoute({
  method: 'POST',
  path: '/oauth/device_authorization',
  cors: 'any',
  form: deviceParameters,
  async handle(c, { form }) {
    const throttled = await countRequest(c, 'device');
    if (throttled) return refuse(c, throttled);
    const authenticated = await authenticateClient(c, form);
    if (!authenticated.ok) return refuse(c, authenticated.refusal);
    const { client } = authenticated;
    if (!client.grantTypes.includes(DEVICE_GRANT)) return refuse(c, { reason: 'client_grant_not_allowed' });
    const asked = parseScope(form.scope ?? '');
    const scopes = asked && grantable(asked, scopesOf(c, client));
    if (!scopes || (asked.length > 0 && scopes.length === 0))
      return refuse(c, { reason: 'scope_not_allowed' });
    const { resource: resources = [] } = form;
    const scope = formatScope(scopes);
    const isKnown = resources.every((resource) => resourcesOf(c).includes(resource));
    if (!isKnown || !fitsTokens(scope, resources)) return refuse(c, { reason: 'resource_not_allowed' });
    const request = { scope, ...(resources.length > 0 && { resources }) };
    return begin(c, { clientId: client.clientId, request });
  },
});

async function begin(c: RequestContext, asked: Pick<DeviceGrant, 'clientId' | 'request'>): Promise<Response> {
  const deviceCode = drawSecret();
  const now = c.get('now');
  const grant = {
    ...asked,
    deviceCodeHash: await hashSecret(deviceCode),
    answer: undefined,
    polledAt: 0,
    pollSeconds: POLL_SECONDS,
    expiresAt: Math.floor(now) + DEVICE_CODE_TTL_SECONDS,
  };
  for (let draw = 1; draw <= MOST_DRAWS; draw += 1) {
    const userCode = createUserCode(crypto.getRandomValues(new Uint8Array(16)));
    if (userCode === undefined || !(await c.get('services').deviceGrants.add({ ...grant, userCode }, now)))
      continue;
    const page = `${c.get('issuer')}/oauth/device`;
    const shown = formatUserCode(userCode);
    return c.json({
      device_code: deviceCode,
      user_code: shown,
      verification_uri: page,
      verification_uri_complete: `${page}?${new URLSearchParams({ user_code: shown })}`,
      expires_in: DEVICE_CODE_TTL_SECONDS,
      interval: POLL_SECONDS,
    });
  }
  throw new Unavailable('A free user code', 1);
}
