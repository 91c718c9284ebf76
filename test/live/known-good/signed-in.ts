import { EXCHANGES, REFRESHES } from './grants.ts';
import { MANAGEMENT } from './management.ts';
import type { Case } from './outcome.ts';
import { PRESENTED } from './presented.ts';
import { CALLBACK, GOODBYE } from './side.ts';
import { tokensOf } from './user.ts';

const visit = (name: string, changes: Record<string, string>): Case => [
  `visit: ${name}`,
  async (side) => {
    await tokensOf(side);
    return side.visit('/oauth/authorize', side.request('web', changes));
  },
];
const VISITS: Case[] = [
  visit('prompt=none', { prompt: 'none' }),
  visit('prompt=none, with a scope that was not allowed', { prompt: 'none', scope: 'openid email' }),
  visit('prompt=none, with too old a sign-in', { prompt: 'none', max_age: '0' }),
  visit('an unknown prompt', { prompt: 'maybe' }),
  [
    'visit: prompt=none, for the user of an ID token',
    async (side) => {
      const { id_token: id_token_hint } = await tokensOf(side);
      return side.visit('/oauth/authorize', side.request('web', { prompt: 'none', id_token_hint }));
    },
  ],
  [
    'visit: prompt=none, for another client',
    (side) => side.visit('/oauth/authorize', side.request('other', { prompt: 'none' })),
  ],
];

const PAGE = { Accept: 'text/html' };
const leave = (name: string, query: Record<string, string>, client?: string): Case => [
  `log out: ${name}`,
  (side) => {
    const named = client === undefined ? {} : { client_id: side.client(client).client_id };
    return side.send('GET', `/oauth/logout?${new URLSearchParams({ ...query, ...named })}`, PAGE);
  },
];
const LOGOUTS: Case[] = [
  leave('a hint that is none', { id_token_hint: 'x' }),
  leave('an unknown client', { client_id: 'nobody' }),
  leave('an address that is not registered', { post_logout_redirect_uri: CALLBACK }, 'web'),
  leave('an address of another client', { post_logout_redirect_uri: GOODBYE }, 'other'),
  [
    'log out: a hint of another client',
    async (side) => {
      const { id_token: id_token_hint } = await tokensOf(side);
      const query = { id_token_hint, client_id: side.client('other').client_id };
      return side.send('GET', `/oauth/logout?${new URLSearchParams(query)}`, PAGE);
    },
  ],
  [
    'log out: and back to the client',
    async (side) => {
      const { id_token: id_token_hint } = await tokensOf(side);
      const query = { id_token_hint, post_logout_redirect_uri: GOODBYE, state: 'a state' };
      return side.visit('/oauth/logout', query);
    },
  ],
];

/** Requests about a user who signed in, that both providers answer alike. */
export const ALIKE_SIGNED_IN: readonly Case[] = [
  ...EXCHANGES,
  ...REFRESHES,
  ...PRESENTED,
  ...VISITS,
  ...MANAGEMENT,
  ...LOGOUTS,
];
