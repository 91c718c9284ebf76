import type { Case } from './outcome.ts';
import { CALLBACK } from './side.ts';

const register = (name: string, metadata: unknown): Case => [
  `register: ${name}`,
  (side) => side.json('POST', '/oauth/register', metadata),
];
const uris = { redirect_uris: [CALLBACK] };
export const REGISTRATIONS: readonly Case[] = [
  register('the least', uris),
  register('an unknown member', { ...uris, flavour: 'vanilla' }),
  register('a public client', { ...uris, token_endpoint_auth_method: 'none' }),
  register('nothing', {}),
  register('a list', []),
  register('no JSON', '{'),
  register('no redirect URI', { redirect_uris: [] }),
  register('a fragment', { redirect_uris: [`${CALLBACK}#x`] }),
  register('a relative redirect URI', { redirect_uris: ['/callback'] }),
  register('a redirect URI that is no list', { redirect_uris: CALLBACK }),
  register('a redirect URI that is no text', { redirect_uris: [5] }),
  register('an unknown grant', { ...uris, grant_types: ['x'] }),
  register('an unknown method', { ...uris, token_endpoint_auth_method: 'x' }),
  register('keys that are missing', { ...uris, token_endpoint_auth_method: 'private_key_jwt' }),
  register('keys that are none', { ...uris, jwks: {} }),
  register('a name that is no text', { ...uris, client_name: 5 }),
  register('an unknown algorithm', { ...uris, id_token_signed_response_alg: 'x' }),
  register('pairwise subjects', { ...uris, subject_type: 'pairwise' }),
  register('an unknown kind of application', { ...uris, application_type: 'x' }),
  register('a default_max_age in words', { ...uris, default_max_age: 'x' }),
  register('a negative default_max_age', { ...uris, default_max_age: -1 }),
  register('an unknown scope', { ...uris, scope: 'openid nothing' }),
  register('a bad address for logout', { ...uris, post_logout_redirect_uris: ['x'] }),
];
