import type { Grant, Redemption } from '../../core/account/accounts.ts';
import type { StatusIndex } from '../../core/status/status-list.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { Account, GuardStorage } from './guard-storage.ts';
import type { SessionEndings } from './session-endings.ts';

/** The codes that began one user's sessions: what was redeemed, and what a second use ends. `now`: epoch seconds. */
export class RedeemedCodes {
  readonly #storage: GuardStorage;
  readonly #sessions: AccountSessions;
  readonly #endings: SessionEndings;

  constructor(storage: GuardStorage, sessions: AccountSessions, endings: SessionEndings) {
    this.#storage = storage;
    this.#sessions = sessions;
    this.#endings = endings;
  }

  /** Opens the session that a code stands for, and keeps that it did. */
  redeem(
    account: Account,
    { codeId, expiresAt, keyHash, signIn }: Redemption,
    status: StatusIndex,
    now: number,
  ): Grant {
    const grant = this.#sessions.open(account, signIn, status, now);
    const code = { sid: grant.sid, ...(keyHash !== undefined && { keyHash }), forgetAt: expiresAt };
    this.#storage.putRedeemedCode(codeId, code);
    return grant;
  }

  /**
   * What a code that was presented before leads to: its session ends. A repeat by the attempt that redeemed it, before
   * the session's first token was used, is that attempt again and gets the same grant.
   *
   * @returns `undefined` for a code that is presented for the first time
   */
  redeemAgain(
    account: Account,
    { codeId, keyHash, signIn }: Redemption,
    now: number,
  ): Grant | 'reused' | undefined {
    const code = this.#storage.redeemedCode(codeId);
    if (!code) return undefined;
    const session = this.#storage.session(code.sid);
    const isRepeat = keyHash !== undefined && keyHash === code.keyHash;
    if (isRepeat && session?.generation === 0) return this.#sessions.mint(session, now);
    this.#endings.endReused(account, code, { endedAt: Math.floor(now), second: signIn.place }, now);
    return 'reused';
  }
}
