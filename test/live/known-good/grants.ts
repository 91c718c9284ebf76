import type { Case } from './outcome.ts';
import { CALLBACK } from './side.ts';
import { read, renew, tokensOf, userinfo } from './user.ts';

const exchange = (name: string, changes: Record<string, string | undefined>, client = 'web'): Case => [
  `exchange: ${name}`,
  async (side) => side.exchange(await side.code(), changes, side.basic(client)),
];
/** A code, and what becomes of it. */
export const EXCHANGES: Case[] = [
  exchange('as it should be', {}),
  exchange('an unknown parameter', { flavour: 'vanilla' }),
  exchange('a wrong verifier', { code_verifier: 'x'.repeat(43) }),
  exchange('a short verifier', { code_verifier: 'x' }),
  exchange('no verifier', { code_verifier: undefined }),
  exchange('another redirect URI', { redirect_uri: `${CALLBACK}/2` }),
  exchange('by another client', {}, 'other'),
  [
    'exchange: twice',
    async (side) => {
      const code = await side.code();
      await side.exchange(code);
      return side.exchange(code);
    },
  ],
  [
    'exchange: the access token after the code came twice',
    async (side) => {
      const code = await side.code();
      const { access_token } = await read(await side.exchange(code));
      await side.exchange(code);
      return userinfo(side, access_token);
    },
  ],
  [
    'exchange: the refresh token after the code came twice',
    async (side) => {
      const code = await side.code();
      const { refresh_token } = await read(await side.exchange(code));
      await side.exchange(code);
      return side.refresh(refresh_token);
    },
  ],
  [
    'exchange: right after a wrong verifier',
    async (side) => {
      const code = await side.code();
      await side.exchange(code, { code_verifier: 'x'.repeat(43) });
      return side.exchange(code);
    },
  ],
];

const refresh = (name: string, changes: Record<string, string>, client = 'web'): Case => [
  `refresh: ${name}`,
  async (side) => side.refresh((await tokensOf(side)).refresh_token, changes, side.basic(client)),
];
export const REFRESHES: Case[] = [
  refresh('as it should be', {}),
  refresh('a narrower scope', { scope: 'openid' }),
  refresh('a wider scope', { scope: 'openid email' }),
  refresh('an unknown scope', { scope: 'openid nothing' }),
  refresh('by another client', {}, 'other'),
  [
    'refresh: the whole scope after a narrower one',
    async (side) => {
      const narrowed = await side.refresh((await tokensOf(side)).refresh_token, { scope: 'openid' });
      return side.refresh((await read(narrowed)).refresh_token);
    },
  ],
  [
    'refresh: a spent one, its successor used',
    async (side) => {
      const first = await tokensOf(side);
      await renew(side, await renew(side, first));
      return side.refresh(first.refresh_token);
    },
  ],
  [
    'refresh: the newest after a spent one came',
    async (side) => {
      const first = await tokensOf(side);
      const newest = await renew(side, await renew(side, first));
      await side.refresh(first.refresh_token);
      return side.refresh(newest.refresh_token);
    },
  ],
  ['refresh: an access token', async (side) => side.refresh((await tokensOf(side)).access_token)],
];
