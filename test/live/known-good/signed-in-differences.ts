import type { Difference } from './differences.ts';
import { change, manage, managed } from './management.ts';
import { present, tokensOf } from './user.ts';

const hashed = 'secrets are kept hashed, so the answer has the client’s secret only where one was just drawn';

/** As {@link Difference}s, about a user who signed in, and a client that manages itself. */
export const SIGNED_IN_DIFFERENCES: readonly Difference[] = [
  [
    'a code without its redirect URI',
    async (side) => side.exchange(await side.code(), { redirect_uri: undefined }),
    '400 invalid_grant',
    'RFC 6749 section 4.1.3: required where the authorization request had one',
  ],
  [
    'a refresh token twice within RETRY_WINDOW',
    async (side) => {
      const { refresh_token } = await tokensOf(side);
      await side.refresh(refresh_token);
      return side.refresh(refresh_token);
    },
    '200 scope=openid profile offline_access token_type=Bearer access_token refresh_token id_token',
    'a lost answer is no theft: the same successor again, as long as nobody has used it',
  ],
  [
    'an access token of another client at introspection, by one that anybody could register',
    async (side) => present(side, 'introspect', (await tokensOf(side)).access_token, {}, side.basic('other')),
    '200 active=false',
    'RFC 9701 section 5: told to a token’s own client and to whom the operator trusts',
  ],
  [
    'a refresh token of another client at introspection',
    async (side) => {
      const { refresh_token } = await tokensOf(side);
      return present(side, 'introspect', refresh_token, {}, side.basic('other'));
    },
    '200 active=false',
    'RFC 7662 section 4: no resource is ever shown one, so only a thief could ask',
  ],
  [
    'reading a client',
    async (side) => manage(side, 'GET', await managed(side)),
    '200 client_name=Mine registration_access_token',
    hashed,
  ],
  [
    ...change('a client’s name', ({ client_id }) => ({ client_id, client_name: 'Yours' })),
    '200 client_name=Yours registration_access_token',
    hashed,
  ],
  [
    ...change('a client’s secret sent along', ({ client_id, client_secret }) => ({
      client_id,
      client_secret,
    })),
    '200 registration_access_token',
    hashed,
  ],
];
