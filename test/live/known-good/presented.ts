import type { Case } from './outcome.ts';
import type { Side } from './side.ts';
import { present, renew, type Tokens, tokensOf, userinfo } from './user.ts';

/** Tokens of a user, presented to the endpoints that know them. */
export const PRESENTED: Case[] = [
  ['userinfo: a good token', async (side) => userinfo(side, (await tokensOf(side)).access_token)],
  [
    'userinfo: a good token by POST',
    async (side) =>
      side.send('POST', '/oauth/userinfo', {
        Authorization: `Bearer ${(await tokensOf(side)).access_token}`,
      }),
  ],
  [
    'userinfo: a good token in a form',
    async (side) => side.form('/oauth/userinfo', { access_token: (await tokensOf(side)).access_token }),
  ],
  [
    'userinfo: a token without openid',
    async (side) =>
      userinfo(side, (await tokensOf(side, { scope: 'profile', nonce: undefined })).access_token),
  ],
  ['userinfo: a refresh token', async (side) => userinfo(side, (await tokensOf(side)).refresh_token)],
  ['userinfo: an ID token', async (side) => userinfo(side, (await tokensOf(side)).id_token)],
  [
    'userinfo: after its refresh token was revoked',
    async (side) => {
      const { access_token, refresh_token } = await tokensOf(side);
      await present(side, 'revoke', refresh_token);
      return userinfo(side, access_token);
    },
  ],
  [
    'userinfo: after it was revoked',
    async (side) => {
      const { access_token } = await tokensOf(side);
      await present(side, 'revoke', access_token);
      return userinfo(side, access_token);
    },
  ],
  ...(['access_token', 'refresh_token'] as const).flatMap((kind): Case[] => {
    const told = (name: string, before: (side: Side, tokens: Tokens) => Promise<unknown>): Case => [
      `introspect: ${kind} ${name}`,
      async (side) => {
        const tokens = await tokensOf(side);
        await before(side, tokens);
        return present(side, 'introspect', tokens[kind]);
      },
    ];
    return [
      told('that lives', async () => undefined),
      told('that was revoked', (side, tokens) => present(side, 'revoke', tokens[kind])),
      told('whose refresh token was revoked', (side, tokens) =>
        present(side, 'revoke', tokens.refresh_token),
      ),
      told('that another client revoked', (side, tokens) =>
        present(side, 'revoke', tokens[kind], {}, side.basic('other')),
      ),
      told('after a refresh', renew),
      [
        `introspect: ${kind} with another hint`,
        async (side) =>
          present(side, 'introspect', (await tokensOf(side))[kind], {
            token_type_hint: kind === 'access_token' ? 'refresh_token' : 'access_token',
          }),
      ],
      [`revoke: ${kind}`, async (side) => present(side, 'revoke', (await tokensOf(side))[kind])],
      [
        `revoke: ${kind} twice`,
        async (side) => {
          const { [kind]: token } = await tokensOf(side);
          await present(side, 'revoke', token);
          return present(side, 'revoke', token);
        },
      ],
      [
        `revoke: ${kind} by another client`,
        async (side) => present(side, 'revoke', (await tokensOf(side))[kind], {}, side.basic('other')),
      ],
      [
        `refresh: after the ${kind} was revoked`,
        async (side) => {
          const tokens = await tokensOf(side);
          await present(side, 'revoke', tokens[kind]);
          return side.refresh(tokens.refresh_token);
        },
      ],
    ];
  }),
];
