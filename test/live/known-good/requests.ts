import type { Case } from './outcome.ts';
import { RESOURCE } from './provider.ts';
import { REGISTRATIONS } from './registrations.ts';
import { CALLBACK, DEVICE_GRANT, type Side } from './side.ts';

const EVIL = 'https://evil.example/callback';
const CREDENTIALS = { grant_type: 'client_credentials' };
const REFRESH = { grant_type: 'refresh_token', refresh_token: 'x' };
const CODE = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code_verifier: 'x'.repeat(43) };

const authorize = (name: string, changes: Record<string, string | undefined>, client?: string): Case => [
  `authorize: ${name}`,
  (side) => side.authorize(changes, client),
];
const token = (
  name: string,
  form: Record<string, string>,
  headers: (side: Side) => Record<string, string>,
): Case => [`token: ${name}`, (side) => side.form('/oauth/token', form, headers(side))];
const machine = (side: Side) => side.basic('machine');
const web = (side: Side) => side.basic('web');

const AUTHORIZE: Case[] = [
  authorize('a whole request', {}),
  authorize('an unknown parameter', { flavour: 'vanilla' }),
  authorize('parameters without a value', { request: '', registration: '', max_age: '', prompt: '' }),
  authorize('a scope that is not there beside openid', { scope: 'openid nothing' }),
  authorize('no state', { state: undefined }),
  authorize('no nonce', { nonce: undefined }),
  authorize('no response type', { response_type: undefined }),
  authorize('an unknown response type', { response_type: 'garbage' }),
  authorize('a response type in capitals', { response_type: 'CODE' }),
  authorize('no client', { client_id: undefined }),
  authorize('an unknown client', { client_id: 'nobody' }),
  authorize('an unknown redirect URI', { redirect_uri: EVIL }),
  authorize('a redirect URI with a fragment', { redirect_uri: `${CALLBACK}#x` }),
  authorize('a redirect URI with a query', { redirect_uri: `${CALLBACK}?x=1` }),
  authorize('a relative redirect URI', { redirect_uri: '/callback' }),
  authorize('no challenge', { code_challenge: undefined }),
  authorize('no PKCE at all', { code_challenge: undefined, code_challenge_method: undefined }),
  authorize('plain PKCE', { code_challenge_method: 'plain' }),
  authorize('PKCE without a method', { code_challenge_method: undefined }),
  authorize('an unknown PKCE method', { code_challenge_method: 'S512' }),
  authorize('a short challenge', { code_challenge: 'abc' }),
  authorize('a long challenge', { code_challenge: 'a'.repeat(129) }),
  authorize('prompt=none without a sign-in', { prompt: 'none' }),
  authorize('prompt=login', { prompt: 'login' }),
  authorize('prompt=consent', { prompt: 'consent' }),
  authorize('an unknown prompt', { prompt: 'maybe' }),
  authorize('none and login', { prompt: 'none login' }),
  authorize('max_age in words', { max_age: 'soon' }),
  authorize('a negative max_age', { max_age: '-1' }),
  authorize('half a second of max_age', { max_age: '0.5' }),
  authorize('a hint that is no ID token', { id_token_hint: 'x' }),
  authorize('a hint signed by none', { id_token_hint: 'eyJhbGciOiJub25lIn0.e30.' }),
  authorize('a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }),
  authorize('a request URI', { request_uri: 'https://client.example.com/r' }),
  authorize('a registration', { registration: '{}' }),
  authorize('a resource', { resource: RESOURCE }),
  authorize('an unknown resource', { resource: 'https://evil.example' }),
  authorize('a resource with a fragment', { resource: `${RESOURCE}#x` }),
  authorize('acr_values, display and locales', { acr_values: '0', display: 'page', ui_locales: 'ko en' }),
  authorize('what had to be pushed', {}, 'strict'),
  ...['scope', 'state', 'client_id', 'response_type', 'nonce', 'code_challenge', 'prompt'].map(
    (name): Case => [
      `authorize: ${name} twice`,
      (side) => {
        const query = new URLSearchParams(side.request('web', { prompt: 'login' }) as Record<string, string>);
        query.append(name, query.get(name) ?? '');
        return side.send('GET', `/oauth/authorize?${query}`);
      },
    ],
  ),
];

const TOKEN: Case[] = [
  token('for a client itself', CREDENTIALS, machine),
  token('for a resource', { ...CREDENTIALS, resource: RESOURCE }, machine),
  token('for an unknown resource', { ...CREDENTIALS, resource: 'https://evil.example' }, machine),
  token('no grant type', {}, machine),
  token('an empty grant type', { grant_type: '' }, machine),
  token('an unknown grant type', { grant_type: 'password' }, machine),
  token('the implicit grant', { grant_type: 'implicit' }, machine),
  token('no code', CODE, web),
  token('a code that is none', { ...CODE, code: 'x' }, web),
  token('an empty code', { ...CODE, code: '' }, web),
  token('a refresh token that is none', REFRESH, web),
  token('no refresh token', { grant_type: 'refresh_token' }, web),
  token('a wrong secret', CREDENTIALS, (side) => side.basic('machine', 'x')),
  token('a secret of somebody else', CREDENTIALS, (side) =>
    side.basic('machine', side.client('web').client_secret),
  ),
  [
    'token: a grant type twice',
    (side) =>
      side.form('/oauth/token', 'grant_type=client_credentials&grant_type=client_credentials', machine(side)),
  ],
  ['token: JSON', (side) => side.json('POST', '/oauth/token', CREDENTIALS, machine(side))],
  [
    'token: a secret in the form',
    (side) => side.form('/oauth/token', { ...CREDENTIALS, ...side.client('machine') }),
  ],
  [
    'token: a wrong secret in the form',
    (side) => side.form('/oauth/token', { ...CREDENTIALS, ...side.client('machine'), client_secret: 'x' }),
  ],
  [
    'token: no secret',
    (side) => side.form('/oauth/token', { ...CREDENTIALS, client_id: side.client('machine').client_id }),
  ],
  ['token: an unknown client', (side) => side.form('/oauth/token', { ...CREDENTIALS, client_id: 'nobody' })],
  [
    'token: a secret in both places',
    (side) => side.form('/oauth/token', { ...CREDENTIALS, ...side.client('machine') }, machine(side)),
  ],
  [
    'token: the name of another client beside the header',
    (side) =>
      side.form('/oauth/token', { ...CREDENTIALS, client_id: side.client('web').client_id }, machine(side)),
  ],
  [
    'token: a public client',
    (side) => side.form('/oauth/token', { ...CODE, code: 'x', ...idOf(side, 'spa') }),
  ],
  [
    'token: a public client with a secret',
    (side) => side.form('/oauth/token', { ...CODE, code: 'x', ...idOf(side, 'spa'), client_secret: 'x' }),
  ],
  [
    'token: a secret of a client with keys',
    (side) => side.form('/oauth/token', { ...CODE, code: 'x', ...idOf(side, 'keyed'), client_secret: 'x' }),
  ],
  [
    'token: a proof of DPoP that is none',
    (side) => side.form('/oauth/token', CREDENTIALS, { ...machine(side), DPoP: 'x' }),
  ],
  [
    'token: a device code that is none',
    (side) =>
      side.form('/oauth/token', { grant_type: DEVICE_GRANT, device_code: 'x', ...idOf(side, 'television') }),
  ],
  [
    'token: no device code',
    (side) => side.form('/oauth/token', { grant_type: DEVICE_GRANT, ...idOf(side, 'television') }),
  ],
];

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const assertion = (name: string, changes: Record<string, unknown>): Case => [
  `assertion: ${name}`,
  (side) => side.assert(changes),
];
const ASSERTIONS: Case[] = [
  assertion('that holds', {}),
  assertion('for somebody else', { aud: EVIL }),
  assertion('for nobody', { aud: undefined }),
  assertion('of another issuer', { iss: 'x' }),
  assertion('of no issuer', { iss: undefined }),
  assertion('about another client', { sub: 'x' }),
  assertion('about nobody', { sub: undefined }),
  assertion('that expired', { exp: inSeconds(-100) }),
  assertion('without an end', { exp: undefined }),
  assertion('for an hour', { exp: inSeconds(3_590) }),
  assertion('without an id', { jti: undefined }),
  assertion('that is not valid yet', { nbf: inSeconds(1_000) }),
  ['assertion: beside a secret', (side) => side.assert({}, { client_secret: 'x' })],
];

function idOf(side: Side, name: string): { client_id: string } {
  return { client_id: side.client(name).client_id };
}

const push = (name: string, changes: Record<string, string | undefined>): Case => [
  `push: ${name}`,
  (side) => side.push(changes),
];
const PUSHES: Case[] = [
  push('a whole request', {}),
  push('no challenge', { code_challenge: undefined }),
  push('an unknown redirect URI', { redirect_uri: EVIL }),
  push('no response type', { response_type: undefined }),
  push('the implicit response', { response_type: 'token' }),
  push('an unknown resource', { resource: 'https://evil.example' }),
  push('an unknown prompt', { prompt: 'maybe' }),
  push('a request object', { request: 'x' }),
  push('max_age in words', { max_age: 'soon' }),
  push('the name of another client', { client_id: 'x' }),
  ['push: a wrong secret', (side) => side.push({}, side.basic('web', 'x'))],
  ['push: no secret', (side) => side.push({}, {})],
  ['push: JSON', (side) => side.json('POST', '/oauth/par', side.request('web'), web(side))],
];

const presented = (path: string): Case[] => [
  [`${path}: a token that is none`, (side) => side.form(path, { token: 'x' }, web(side))],
  [`${path}: no token`, (side) => side.form(path, {}, web(side))],
  [`${path}: a wrong secret`, (side) => side.form(path, { token: 'x' }, side.basic('web', 'x'))],
  [`${path}: an unknown hint`, (side) => side.form(path, { token: 'x', token_type_hint: 'pat' }, web(side))],
  [`${path}: a token twice`, (side) => side.form(path, 'token=x&token=x', web(side))],
  [`${path}: JSON`, (side) => side.json('POST', path, { token: 'x' }, web(side))],
];

const bearer = (name: string, headers: Record<string, string>): Case => [
  `userinfo: ${name}`,
  (side) => side.send('GET', '/oauth/userinfo', headers),
];
const USERINFO: Case[] = [
  bearer('no token', {}),
  bearer('a token that is none', { Authorization: 'Bearer x' }),
  bearer('no token after the scheme', { Authorization: 'Bearer' }),
  bearer('two words', { Authorization: 'Bearer a b' }),
  ['userinfo: a form', (side) => side.form('/oauth/userinfo', { access_token: 'x' })],
  [
    'userinfo: form and header',
    (side) => side.form('/oauth/userinfo', { access_token: 'x' }, { Authorization: 'Bearer x' }),
  ],
];

/** Requests that both providers answer alike. */
export const ALIKE: readonly Case[] = [
  ...AUTHORIZE,
  ...TOKEN,
  ...ASSERTIONS,
  ...PUSHES,
  ...presented('/oauth/introspect'),
  ...presented('/oauth/revoke'),
  ...USERINFO,
  ...REGISTRATIONS,
];
