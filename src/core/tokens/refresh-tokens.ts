import type { KeyRing } from '../keys/key-ring.ts';
import { Memory } from '../memory.ts';
import {
  asOpened,
  openRefreshToken,
  type RefreshToken,
  type RefreshTokenOutcome,
  sealRefreshToken,
} from './refresh-token.ts';

/** The refresh tokens of one key ring. */
export type RefreshTokens = {
  seal(token: RefreshToken): Promise<string>;
  /** `now`: epoch seconds. */
  open(text: string, now: number): Promise<RefreshTokenOutcome>;
};

/** About 1 KiB each. */
const MOST_REMEMBERED = 1_000;

/**
 * What was sealed here needn't be opened here: a user who comes back to this isolate saves eight WebCrypto calls. A token is
 * known by its whole text, and whether it is over is looked at each time; whether it is spent, only its guard knows.
 */
export function createRefreshTokens(keys: KeyRing): RefreshTokens {
  const minted = new Memory<RefreshToken>(MOST_REMEMBERED);
  return {
    async seal(token) {
      const text = await sealRefreshToken(token, keys);
      minted.set(text, asOpened(token));
      return text;
    },
    async open(text, now) {
      const token = minted.get(text);
      return token && now < token.validUntil ? { ok: true, token } : openRefreshToken(text, keys, now);
    },
  };
}
