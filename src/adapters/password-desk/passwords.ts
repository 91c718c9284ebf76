import { bytesToHex } from '@noble/hashes/utils.js';
import { base64url } from 'jose';
import type { KeyRing } from '../../core/keys/key-ring.ts';
import { keyedHash } from '../../core/keys/keyed-hash.ts';
import type {
  ExchangeVerdict,
  Passwords,
  PasswordVerdict,
  ProofAttempt,
  ProofVerdict,
} from '../../core/passwords/passwords.ts';
import { callDurable } from '../durable-call.ts';
import type { PasswordDesk } from './password-desk.ts';

/** Few enough that invented names can't grow storage, many enough that users don't wait for one another. */
const DESKS = 1_024;
const PURPOSE = 'password desk';
/** A session's id says in its first digits which desk keeps it, and is random behind them. */
const DESK_DIGITS = 4;
const SID_RANDOM_BYTES = 16;

/**
 * All the desks. Which one serves a username, and how its buckets are called, only the master key tells. While
 * `MASTER_KEY_PREVIOUS` is set, a use is noted at the desks of both keys, so that nothing counts twice around a swap.
 */
export function createPasswords(
  desks: DurableObjectNamespace<PasswordDesk<unknown>>,
  keys: KeyRing,
): Passwords {
  const current = async () => namesUnder((await keys.lastingKeys(PURPOSE))[0]);
  const settleUnder = async (secret: Uint8Array<ArrayBuffer>, attempt: ProofAttempt) => {
    const { subject, deviceId, use, ...proof } = attempt;
    const names = namesUnder(secret);
    const desk = await names.deskOf(subject);
    const bucket = await names.bucketOf(subject, deviceId);
    // What was used may be a signature: the desk knows it by a keyed hash.
    const once = use && { ...use, id: await names.short(`use ${use.id}`) };
    const settle = () =>
      desks.getByName(desk).settle({ ...proof, bucket, use: once }) as Promise<ProofVerdict>;
    return callDurable('The password desk', settle, false);
  };
  return {
    async check({ username, password, passwordHash, deviceId }) {
      const names = await current();
      const desk = await names.deskOf(username);
      const bucket = await names.bucketOf(username, deviceId);
      const check = () =>
        desks.getByName(desk).check({ bucket, password, passwordHash }) as Promise<PasswordVerdict>;
      return callDurable('The password desk', check, false);
    },
    async settle(attempt) {
      const secrets = await keys.lastingKeys(PURPOSE);
      let verdict: ProofVerdict = { kind: 'wrong' };
      for (const secret of attempt.use ? secrets : secrets.slice(0, 1)) {
        verdict = await settleUnder(secret, attempt);
        if (verdict.kind !== 'right') break;
      }
      return verdict;
    },
    async openExchange({ username, deviceId, sealed, until }) {
      const names = await current();
      const desk = await names.deskOf(username);
      const random = crypto.getRandomValues(new Uint8Array(SID_RANDOM_BYTES));
      const sid = Number(desk).toString(16).padStart(DESK_DIGITS, '0') + bytesToHex(random);
      const exchange = { sid, bucket: await names.bucketOf(username, deviceId), sealed, until };
      await callDurable('The password desk', () => desks.getByName(desk).openExchange(exchange), false);
      return sid;
    },
    async readExchange(sid) {
      const desk = deskOfSession(sid);
      const read = () => desks.getByName(desk).readExchange(sid) as Promise<string | undefined>;
      return callDurable('The password desk', read, true);
    },
    async settleExchange(proof) {
      const desk = deskOfSession(proof.sid);
      const settle = () => desks.getByName(desk).settleExchange(proof) as Promise<ExchangeVerdict>;
      return callDurable('The password desk', settle, false);
    },
    async hash(username, password) {
      const desk = await (await current()).deskOf(username);
      return callDurable('The password desk', () => desks.getByName(desk).hash(password), true);
    },
  };
}

/** Whatever a client invents, there is such a desk. */
function deskOfSession(sid: string): string {
  return String(Number.parseInt(sid.slice(0, DESK_DIGITS), 16) % DESKS);
}

/** How a key calls desks and what they keep. */
function namesUnder(secret: Uint8Array<ArrayBuffer>) {
  const short = async (text: string) => base64url.encode((await keyedHash(secret, text)).slice(0, 16));
  return {
    short,
    bucketOf: (subject: string, deviceId: string | undefined) => short(`${subject} ${deviceId ?? ''}`),
    async deskOf(username: string) {
      const digest = await keyedHash(secret, username);
      return String(new DataView(digest.buffer).getUint32(0) % DESKS);
    },
  };
}
