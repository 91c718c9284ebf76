import type { Patch } from './patch.ts';

const ROTATION = 'src/core/account/rotation.ts';
const SYNC = 'src/core/account/record-sync.ts';
const JAR = 'src/core/cookies/refresh-jar.ts';
const RECORD = 'src/core/account/session-record.ts';
const GUARD = 'src/adapters/account-guard/account-guard.ts';
const CHORES = 'src/adapters/account-guard/guard-chores.ts';
const SESSIONS = 'src/adapters/account-guard/account-sessions.ts';
const BELIEVED = 'src/adapters/account-guard/believed.ts';
const ENDINGS = 'src/adapters/account-guard/session-endings.ts';
const OUTBOX = 'src/adapters/account-guard/revocation-outbox.ts';
const NUMBERS = 'src/core/account/session-id.ts';
const WRITER = 'src/adapters/account-guard/record-writer.ts';

/** Bugs that somebody might write, each in the product's own sources; every one must be caught. */
export const PATCHES: readonly Patch[] = [
  {
    name: 'the retry window is a second too long',
    place: ROTATION,
    find: 'now - firstUse.spentAt < policy.retryWindowSeconds',
    replace: 'now - firstUse.spentAt < policy.retryWindowSeconds + 1',
  },
  {
    name: 'the retry window ends a second too soon',
    place: ROTATION,
    find: 'now - firstUse.spentAt < policy.retryWindowSeconds',
    replace: 'now - firstUse.spentAt < policy.retryWindowSeconds - 1',
  },
  {
    name: 'the generation is not checked',
    place: ROTATION,
    find: 'if (ahead || presented.generation === session.generation) {',
    replace: 'if (ahead || presented.generation >= session.generation - 1) {',
  },
  {
    name: 'the key is not compared',
    place: ROTATION,
    find: 'return firstUse.keyHash === presented.keyHash;',
    replace: 'return true;',
  },
  {
    name: 'a key is kept for another generation than its own',
    place: ROTATION,
    find: 'generation: presented.generation,\n    ...(presented',
    replace: 'generation: presented.generation + 1,\n    ...(presented',
  },
  {
    name: 'late is taken for reuse',
    place: ROTATION,
    find: ": { kind: 'late' };",
    replace: ": { kind: 'reused', firstUse };",
  },
  {
    name: 'reuse is taken for late',
    place: ROTATION,
    find: "return { kind: 'reused', firstUse };",
    replace: "return { kind: 'late' };",
  },
  {
    name: 'a repeat does not ask whether its successor is in use',
    place: ROTATION,
    find: 'const successorUnused = presented.generation === session.generation - 1;',
    replace: 'const successorUnused = presented.generation < session.generation;',
  },
  {
    name: 'spent keys are kept for 8 generations',
    place: ROTATION,
    find: 'const KEPT_GENERATIONS = 16;',
    replace: 'const KEPT_GENERATIONS = 8;',
  },
  {
    name: 'spent keys are kept for a minute',
    place: ROTATION,
    find: 'const KEPT_SECONDS = 600;',
    replace: 'const KEPT_SECONDS = 60;',
  },
  {
    name: 'an ended session is forgotten: its token is believed after a loss',
    place: BELIEVED,
    find: 'return isInGap(account, sid) && storage.ended(sid) === undefined;',
    replace: 'return isInGap(account, sid);',
  },
  {
    name: 'reuse ends nothing',
    place: SESSIONS,
    find: 'this.#storage.transaction(() => this.#endings.endReused(account, facts, found, now));',
    replace: 'void found;',
  },
  {
    name: 'a fork after lost storage: any token of a restored session is its current one',
    place: ROTATION,
    find: 'if (ahead || presented.generation === session.generation) {',
    replace: 'if (ahead || session.restored || presented.generation === session.generation) {',
  },
  {
    name: 'the loss of the storage forgets the spent keys of the record',
    place: RECORD,
    find: 'spent: parseSpent(session.generation, session.spent),',
    replace: 'spent: parseSpent(session.generation, session.spent).slice(0, 0),',
  },
  {
    name: 'a rotation is answered and not committed',
    place: SESSIONS,
    find: '? this.mint(next, now)',
    replace: '? grantOf(next)',
  },
  {
    name: 'put before commit: the record is written, then the logout committed',
    place: GUARD,
    find: `    const ended = this.#storage.transaction(() =>
      this.#endings.end(account, { sid, status }, this.#options.clock()),
    );
    if (ended || !known) await this.#chores.ended();
`,
    replace: `    await this.#chores.recordLater({ changesLiveness: false });
    const ended = this.#storage.transaction(() =>
      this.#endings.end(account, { sid, status }, this.#options.clock()),
    );
    if (ended) return { ended };
`,
  },
  {
    name: 'a KV read is trusted for absence: one miss ends the sessions',
    place: SYNC,
    find: '  if (!sync.missing) {',
    replace: '  if (!sync.missing && now >= sync.heldUntil) {',
  },
  {
    name: 'an operator’s delete is overwritten by the next put',
    place: SYNC,
    find: "sync.missing || (isExpected && !isFresh && isTrusted) ? 'read' : 'write'",
    replace: "sync.missing ? 'read' : 'write'",
  },
  {
    name: 'an operator’s delete ends nothing',
    place: WRITER,
    find: '    if (deleted) this.#source.deleted();\n    else',
    replace: '    if (!deleted)',
  },
  {
    name: 'no rewrite after a failed put',
    place: SYNC,
    find: 'return rewriteBy(next, Math.max(now + REWRITE_SECONDS, surelyLandedAt));',
    replace: 'return surelyLandedAt > 0 ? next : next;',
  },
  {
    name: 'no backoff and no spacing: KV’s 429 is ignored',
    place: SYNC,
    find: 'const CALL_SPACING_SECONDS = 1;',
    replace: 'const CALL_SPACING_SECONDS = 0.2;',
  },
  {
    name: 'a failed put is not tried again',
    place: SYNC,
    find: 'const next = { ...sync, dirty: true,',
    replace: 'const next = { ...sync, dirty: false,',
  },
  {
    name: 'a put of an earlier life may bring an ended session back',
    place: SYNC,
    find: 'const STRAY_SECONDS = 90;',
    replace: 'const STRAY_SECONDS = 0;',
  },
  {
    name: 'no alarm stands behind the write of a logout',
    place: CHORES,
    find: '    await this.recordByAlarm(change);\n    this.#ctx.waitUntil(this.#writeRecord());',
    replace: '    this.#recordWriter().touch(change);\n    this.#ctx.waitUntil(this.#recordWriter().run());',
  },
  {
    name: 'a logout is answered, and its end is not kept',
    place: ENDINGS,
    find: '    if (isThere) this.#end(account, session, now);',
    replace:
      '    if (isThere && this.#storage.session(sid)?.generation === 0) this.#end(account, session, now);',
  },
  {
    name: 'a session ends, and its bit in the status list is not set',
    place: ENDINGS,
    find: 'this.#outbox.add(session ?? ending);',
    replace: ';',
  },
  {
    name: 'a bit stands for the access tokens of now, though those of a longer setting live',
    place: OUTBOX,
    find: '{ ...status, mintedAt, tokensUntil }',
    replace: '{ ...status, mintedAt }',
  },
  {
    name: 'the latest access token of a session is taken for its longest-lived one',
    place: SESSIONS,
    find: 'Math.max(tokensUntil, expiresAt)',
    replace: 'expiresAt',
  },
  {
    name: 'a password change does not raise the version',
    place: GUARD,
    find: 'const credentialsVersion = allowedVersion + 1;',
    replace: 'const credentialsVersion = allowedVersion;',
  },
  {
    name: 'another session’s cookie is cleared',
    place: JAR,
    find: 'carried.filter((name) => name.sid === success.sid && name.generation < success.generation)',
    replace: 'carried.filter((name) => name.sid !== success.sid || name.generation < success.generation)',
  },
  {
    name: 'a cookie of another origin counts',
    place: JAR,
    find: '(origin === undefined || token.origin === origin)',
    replace: '(origin === undefined || token.origin !== undefined)',
  },
  {
    name: 'a cookie request gets the newest cookie in place of the one that its key was made for',
    place: JAR,
    find: "return named ? { kind: 'taken', entry: named } : { kind: 'superseded', newest };",
    replace: "return named ? { kind: 'taken', entry: named } : { kind: 'taken', entry: newest };",
  },
  {
    name: 'a session’s number is given out again after a loss',
    place: NUMBERS,
    find: 'return Math.max(highest + 1, Math.floor(now));',
    replace: 'return highest + 1;',
  },
];
