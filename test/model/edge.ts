import type { Accounts, Grant, RefreshOutcome, RefreshRequest } from '../../src/core/account/accounts.ts';
import {
  type CookieName,
  choose,
  counts,
  formatCookieName,
  type JarEntry,
  olderThan,
  parseCookieName,
  type Wanted,
} from '../../src/core/cookies/refresh-jar.ts';
import type { RefreshToken } from '../../src/core/tokens/refresh-token.ts';
import type { Ledger, Presenter } from './ledger.ts';

/** What a request carries of cookies: name and value as the browser sends them. */
export type Carried = readonly (readonly [name: string, text: string])[];

/** A refresh as a client puts it on the wire. A browser's page names the pair that its key was made for. */
export type RefreshCall = { key: string | undefined } & (
  | { token: RefreshToken }
  | {
      cookies: Carried;
      origin: string;
      pair: CookieName | undefined;
      /** Until when the cookie that the pair means must be in the jar; for the ledger, not on the wire. */
      heldUntil: number;
    }
);

/** What comes back over the wire, `set` and `clear` being the cookies. */
export type Answer =
  | { kind: 'tokens'; token: RefreshToken; set?: readonly [string, string]; clear: readonly string[] }
  | { kind: 'superseded'; newest: CookieName | undefined }
  | { kind: 'invalid_grant'; of: CookieName | undefined }
  /** `signedOut`: the session that the asking client no longer has. */
  | { kind: 'done'; signedOut: string | undefined; clear: readonly string[] }
  | { kind: 'unavailable' };

const PREFIX = '__Host-';

/**
 * The Worker in front of the guards, as `src/http` composes it: the same functions of `refresh-jar.ts` in the same order,
 * but tokens are plain objects behind a name, since sealing them is slow and tested elsewhere.
 */
export class Edge {
  readonly #accounts: Accounts;
  readonly #ledger: Ledger;
  readonly #clock: () => number;
  readonly #minted: RefreshToken[] = [];

  constructor(accounts: Accounts, ledger: Ledger, clock: () => number) {
    this.#accounts = accounts;
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /** The token behind the text of a cookie. */
  open(text: string): RefreshToken | undefined {
    const token = this.#minted[Number(text)];
    return token && this.#clock() < token.validUntil ? token : undefined;
  }

  /** Mints the pair for a grant. `carried`: the request's cookies, if its token travels in one. */
  mint(username: string, grant: Grant, carried: Carried | undefined): Answer {
    const token: RefreshToken = { ...grant, username, issuedAt: Math.floor(this.#clock()) };
    if (!carried) return { kind: 'tokens', token, clear: [] };
    const text = String(this.#minted.push(token) - 1);
    const older = olderThan(namesIn(carried), token);
    return {
      ...{ kind: 'tokens', token, set: [formatCookieName(token, PREFIX), text] },
      clear: older.map((name) => formatCookieName(name, PREFIX)),
    };
  }

  async refresh(call: RefreshCall, by: Presenter): Promise<Answer> {
    const chosen = this.#present(call);
    if (chosen.kind === 'invalid_grant' && 'cookies' in call && call.pair)
      this.#ledger.cookieMissed(call.pair.sid, call.heldUntil);
    if (chosen.kind !== 'taken') return chosen;
    const { token } = chosen;
    if ('cookies' in call && token.origin !== call.origin)
      this.#ledger.violate('jar', 'A page used the cookie of another origin');
    if (this.#clock() >= token.validUntil) return { kind: 'invalid_grant', of: token };
    const request = requestOf(token, call.key);
    this.#ledger.presented(request, by);
    const outcome = await this.#accounts.refresh(token.username, request);
    this.#ledger.answered(request, by, outcome);
    if ('grant' in outcome)
      return this.mint(token.username, outcome.grant, 'cookies' in call ? call.cookies : undefined);
    return this.#refuse(call, token, outcome);
  }

  /** The names of the refresh cookies of a session among those that a logout carried. */
  cookiesOf(sid: string, carried: Carried): string[] {
    return carried.map(([name]) => name).filter((name) => parseCookieName(name, PREFIX)?.sid === sid);
  }

  #present(call: RefreshCall): { kind: 'taken'; token: RefreshToken } | Exclude<Answer, { kind: 'tokens' }> {
    if ('token' in call) return { kind: 'taken', token: call.token };
    const wanted: Wanted = { session: call.pair?.sid, generation: call.pair?.generation };
    const choice = choose(this.#entries(call.cookies, call.origin, wanted), wanted);
    if (choice.kind === 'taken') return { kind: 'taken', token: choice.entry.token };
    if (choice.kind === 'superseded') return { kind: 'superseded', newest: choice.newest.name };
    return { kind: 'invalid_grant', of: call.pair };
  }

  #entries(carried: Carried, origin: string, wanted: Wanted): JarEntry[] {
    const entries: JarEntry[] = [];
    for (const [name, text] of carried) {
      const parsed = parseCookieName(name, PREFIX);
      if (!parsed || (wanted.session !== undefined && parsed.sid !== wanted.session)) continue;
      const token = this.open(text);
      const entry = token && { name: parsed, text, token };
      if (entry && counts(entry, origin)) entries.push(entry);
    }
    return entries;
  }

  #refuse(
    call: RefreshCall,
    token: RefreshToken,
    outcome: Exclude<RefreshOutcome, { grant: unknown }>,
  ): Answer {
    if (outcome.kind !== 'late') return { kind: 'invalid_grant', of: token };
    if ('token' in call) return { kind: 'superseded', newest: undefined };
    const choice = choose(this.#entries(call.cookies, call.origin, { session: token.sid }), {
      session: token.sid,
    });
    return { kind: 'superseded', newest: choice.kind === 'taken' ? choice.entry.name : undefined };
  }
}

function requestOf(token: RefreshToken, key: string | undefined): RefreshRequest {
  const { username: _username, generation, jti: _jti, issuedAt: _issuedAt, validUntil, ...facts } = token;
  return {
    ...{ facts, generation, validUntil, place: { device: 'curl', country: 'KR' } },
    // What `hashAttempt` makes of them must differ by both, and no more.
    ...(key !== undefined && { keyHash: `${generation} ${key}` }),
  };
}

function namesIn(carried: Carried): CookieName[] {
  return carried.map(([name]) => parseCookieName(name, PREFIX)).filter((name) => name !== undefined);
}
