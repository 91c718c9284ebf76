import {
  authorization,
  clients,
  code,
  consent,
  discovery,
  dpop,
  forged,
  grants,
  logout,
  mixUp,
  NO_IMPLICIT,
  not,
  operatorClients,
  request,
  rfc,
  rotation,
  type Specification,
  standardClients,
  TLS,
} from './requirement.ts';

const EXACT = request('leads nowhere');
const PKCE = request('no PKCE');
const ROTATES = code('finds theft');

export const RFC_9700: Specification = {
  name: 'RFC 9700',
  address: rfc(9700),
  leftOut:
    'What clients must do (sections 2.1, 4.1.3, 4.4.2, 4.7 in part, 4.10.1 for other resources) has no row.',
  sections: [
    [
      '2.1',
      {
        'redirect URIs match exactly': EXACT,
        'save the ports of loopback addresses': request('the port of a loopback address'),
        'no open redirector': logout('leads to no other address'),
        'mix-up: `iss`': mixUp('is told by iss, so that'),
      },
    ],
    [
      '2.1.1',
      {
        'PKCE is there, and for public clients a must': PKCE,
        'a challenge means a verifier': code('no verifier'),
        'no verifier without a challenge: every code has one': PKCE,
        'clients can find out': discovery('has what is required'),
      },
    ],
    ['2.1.2', { 'the implicit grant': NO_IMPLICIT }],
    ['2.2.1', { 'access tokens bound to a key, for who wants it': dpop('binds what a sign-in gives') }],
    ['2.2.2', { 'refresh tokens of public clients rotate, or are bound; here both': ROTATES }],
    [
      '2.3',
      {
        'access tokens have an audience and no more scope than granted': code(
          'keeps the audience that was asked for',
        ),
      },
    ],
    ['2.4', { 'no password grant': grants('password and implicit') }],
    ['2.5', { 'client authentication by keys': standardClients('proves itself by a key of its own') }],
    [
      '2.6',
      {
        'no redirect URI with http, save loopback': clients('http elsewhere'),
        'no CORS at the authorization endpoint': authorization('no page of another origin reads it'),
        metadata: discovery('names only what is there'),
        TLS: TLS,
      },
    ],
    ['4.1.3', { 'redirect URIs match exactly': EXACT }],
    [
      '4.2.4',
      {
        'a code leaks through no Referer': consent('tells no Referer'),
        'and is good once': code('raced 50 ways'),
      },
    ],
    ['4.4.2', { 'mix-up': mixUp('is told by iss to oauth4webapi') }],
    ['4.5.3', { 'codes can not be injected: PKCE, and the nonce': code('another verifier') }],
    [
      '4.7',
      { 'CSRF: the answer to consent counts only from its page': consent('counts only from its own page') },
    ],
    ['4.8.2', { 'no downgrade of PKCE': request('PKCE without a method') }],
    [
      '4.9, 4.10',
      {
        'a stolen token is no good elsewhere: audience': forged('are refused at every door'),
        'nor without its key': dpop('the key of somebody else'),
      },
    ],
    [
      '4.11.2',
      {
        'no redirect to an unknown URI': EXACT,
        'the user is authenticated before any redirect': not(
          'not so for a malformed request: its error goes back at once, as RFC 6749 section 4.1.2.1 has it, clients expect and `oidc-provider` does (`test/live/known-good.test.ts`). Only a redirect URI that its client registered is gone to, and whom to trust with one is the operator’s decision: clients are the operator’s, or of those who hold an initial access token; `CLIENT_REGISTRATION=open` trusts anybody, which `docs/oauth.md` says',
        ),
      },
    ],
    ['4.12', { 'redirects by 303, never 307': code('leads through sign-in and consent') }],
    [
      '4.13',
      {
        'headers of a proxy are cleaned': not(
          'the only proxy is Cloudflare’s, which sets `CF-Connecting-IP` itself',
        ),
      },
    ],
    [
      '4.14.2',
      {
        'a refresh token is bound to scope and resources': code('widens nothing'),
        'a second use is found, and ends the session': rotation('another key is theft'),
        'it ends with the sign-in it came from': code('ends sessions with the sign-in they came from'),
        'it expires when it is not used': forged('are refused the same way once they have expired'),
        'clients register the grant; without it there is no refresh token': grants(
          'only to who registered for it',
        ),
      },
    ],
    ['4.15.1', { 'a client is never taken for a user': operatorClients('which then acts for itself') }],
    ['4.16.1', { 'no framing': consent('can not be framed') }],
    ['4.17', { 'messages between windows': not('no page here posts any') }],
  ],
};
