import * as fc from 'fast-check';
import { openRefreshToken, type RefreshToken } from '../../../src/core/tokens/refresh-token.ts';
import { NOW, ringOf } from '../rings.ts';

export const DAY = 86_400;
export const keys = ringOf();

export function tokenOf(differences: Partial<RefreshToken> = {}): RefreshToken {
  return {
    username: 'wilhelmina',
    sid: 'tgk1x0_8f3a09c2d4e5b6a7',
    generation: 3,
    jti: '6e1a0b2c-7c1d-4b53-9c7e-0d1f2a3b4c5d',
    issuedAt: NOW,
    validUntil: NOW + 14 * DAY,
    expiresAt: NOW + 90 * DAY,
    clientId: 'edgemint',
    scope: 'account',
    authTime: NOW,
    amr: ['pwd'],
    ...differences,
  };
}

/** Tokens with and without what not every session has. */
export const anyToken = fc
  .record(
    {
      username: fc.stringMatching(/^[a-z0-9._@+-]{1,64}$/),
      generation: fc.nat(1_000_000),
      jti: fc.uuid(),
      clientId: fc.string({ maxLength: 60 }),
      scope: fc.string({ maxLength: 60 }),
      authTime: fc.nat(4_000_000_000),
      amr: fc.array(fc.string({ maxLength: 10 }), { maxLength: 3 }),
      origin: fc.constantFrom('', 'https://app.example.com'),
      credential: fc.string({ maxLength: 128 }),
      resources: fc.array(fc.webUrl(), { maxLength: 3 }),
      thumbprint: fc.string({ minLength: 43, maxLength: 43 }),
      status: fc.record({ shard: fc.nat(1_023), index: fc.nat(131_071) }),
    },
    { requiredKeys: ['username', 'generation', 'jti', 'clientId', 'scope', 'authTime', 'amr'] },
  )
  .map(tokenOf);

/** Why a text is refused as a refresh token, or that it isn't. */
export async function reasonOf(text: string, now = NOW, ring = keys): Promise<string> {
  const outcome = await openRefreshToken(text, ring, now);
  return outcome.ok ? 'accepted' : outcome.reason;
}
