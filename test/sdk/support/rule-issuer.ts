import { decide } from '../../../src/core/account/rotation.ts';
import type { Session } from '../../../src/core/account/session.ts';
import { choose, type JarEntry, olderThan } from '../../../src/core/cookies/refresh-jar.ts';
import { DAY, HERE, sessionOf } from '../../core/account/sessions.ts';

/** One browser's refresh cookies: `<sid>-<generation>`, as all that is in them. */
export type Jar = Set<string>;
export type Change = { set: string[]; clear: string[] };
export type Answered = { status: number; body: object; change: Change };

const POLICY = { refreshIdleTtlSeconds: 14 * DAY, retryWindowSeconds: 10 };
const NOTHING: Change = { set: [], clear: [] };

/** The issuer's own rules of rotation and of the jar, without HTTP, cryptography or storage. */
export class RuleIssuer {
  readonly sessions = new Map<string, Session>();
  /** How often each generation was rotated, by `<sid>-<generation>`. */
  readonly rotations = new Map<string, number>();
  readonly problems: string[] = [];
  tokenSeconds = 600;
  #opened = 0;

  answer(path: string, body: Record<string, unknown>, key: string | null, jar: Jar, now: number): Answered {
    switch (path) {
      case '/auth/login':
        return this.#login(String(body.username), now);
      case '/auth/refresh':
        return this.#refresh(body, key, jar, now);
      case '/auth/jar':
        return this.#tellJar(body.session as string | undefined, jar);
      case '/auth/logout':
        return this.#logout(String(body.session), jar);
      default:
        throw new Error(`nobody asks for ${path}`);
    }
  }

  #login(username: string, now: number): Answered {
    const sid = `s${this.#opened++}_${username}`;
    this.sessions.set(
      sid,
      sessionOf({
        sid,
        generation: 0,
        spent: [],
        authTime: now,
        expiresAt: now + 90 * DAY,
        idleExpiresAt: now + 14 * DAY,
        openedAt: now,
        lastUsedAt: now,
        restored: false,
      }),
    );
    return this.#tokens(sid, 0, new Set());
  }

  #refresh(body: Record<string, unknown>, key: string | null, jar: Jar, now: number): Answered {
    const wanted = { session: body.session as string, generation: body.generation as number };
    const choice = choose(entriesOf(jar), wanted);
    if (choice.kind === 'none') return refused(400, 'invalid_grant');
    if (choice.kind === 'superseded') return superseded(choice.newest.name);
    const { sid, generation } = choice.entry.name;
    const presented = {
      generation,
      expiresAt: now + DAY,
      place: HERE,
      ...(key !== null && { keyHash: key }),
    };
    const outcome = decide(this.sessions.get(sid), presented, POLICY, now);
    switch (outcome.kind) {
      case 'rotated':
        this.rotations.set(`${sid}-${generation}`, (this.rotations.get(`${sid}-${generation}`) ?? 0) + 1);
        this.sessions.set(sid, outcome.session);
        return this.#tokens(sid, outcome.session.generation, jar);
      case 'repeated':
        this.sessions.set(sid, outcome.session);
        return this.#tokens(sid, outcome.session.generation, jar);
      case 'late': {
        const newest = choose(entriesOf(jar), { session: sid });
        return superseded(newest.kind === 'taken' ? newest.entry.name : undefined);
      }
      case 'reused':
        this.problems.push(`${sid}-${generation} was taken for stolen`);
        this.sessions.delete(sid);
        return refused(400, 'invalid_grant', 'reuse');
      default:
        return refused(400, 'invalid_grant', 'ended');
    }
  }

  #tellJar(wanted: string | undefined, jar: Jar): Answered {
    const choice = choose(entriesOf(jar), { session: wanted });
    if (choice.kind !== 'taken') return { status: 204, body: {}, change: NOTHING };
    const { sid: session, generation } = choice.entry.name;
    return { status: 200, body: { session, generation, username: userOf(session) }, change: NOTHING };
  }

  #logout(sid: string, jar: Jar): Answered {
    this.sessions.delete(sid);
    const clear = [...jar].filter((name) => name.startsWith(`${sid}-`));
    return { status: 204, body: {}, change: { set: [], clear } };
  }

  #tokens(sid: string, generation: number, jar: Jar): Answered {
    const name = { sid, generation };
    const clear = olderThan(
      entriesOf(jar).map((entry) => entry.name),
      name,
    );
    return {
      status: 200,
      body: {
        access_token: tokenOf(sid, generation),
        expires_in: this.tokenSeconds,
        session: sid,
        generation,
      },
      change: { set: [`${sid}-${generation}`], clear: clear.map((each) => `${each.sid}-${each.generation}`) },
    };
  }
}

/** An access token that says whose it is. */
export function tokenOf(sid: string, generation: number): string {
  const payload = Buffer.from(JSON.stringify({ sub: userOf(sid) })).toString('base64url');
  return `header.${payload}.${sid}-${generation}`;
}

function userOf(sid: string): string {
  return sid.slice(sid.indexOf('_') + 1);
}

function entriesOf(jar: Jar): JarEntry[] {
  return [...jar].map((text, issuedAt) => {
    const at = text.lastIndexOf('-');
    const name = { sid: text.slice(0, at), generation: Number(text.slice(at + 1)) };
    return { name, text, token: { issuedAt } } as JarEntry;
  });
}

function superseded(newest: { sid: string; generation: number } | undefined): Answered {
  const pair = newest && { session: newest.sid, generation: newest.generation };
  return { status: 409, body: { error: 'superseded', ...pair }, change: NOTHING };
}

function refused(status: number, error: string, reason?: string): Answered {
  return { status, body: { error, error_description: '', ...(reason && { reason }) }, change: NOTHING };
}
