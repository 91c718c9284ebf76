import { bytesToHex } from '@noble/hashes/utils.js';
import { base64url } from 'jose';
import type { KeyRing } from '../../core/keys/key-ring.ts';
import { keyedHash } from '../../core/keys/keyed-hash.ts';
import type {
  ExchangeVerdict,
  Passwords,
  PasswordVerdict,
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

/** All the desks. Which one serves a username, and how its buckets are called, only the master key tells. */
export function createPasswords(
  desks: DurableObjectNamespace<PasswordDesk<unknown>>,
  keys: KeyRing,
): Passwords {
  const deskOf = async (username: string) => {
    const digest = await tag(keys, username);
    return String(new DataView(digest.buffer).getUint32(0) % DESKS);
  };
  const short = async (text: string) => base64url.encode((await tag(keys, text)).slice(0, 16));
  const bucketOf = (subject: string, deviceId: string | undefined) => short(`${subject} ${deviceId ?? ''}`);
  return {
    async check({ username, password, passwordHash, deviceId }) {
      const desk = await deskOf(username);
      const bucket = await bucketOf(username, deviceId);
      const check = () =>
        desks.getByName(desk).check({ bucket, password, passwordHash }) as Promise<PasswordVerdict>;
      return callDurable('The password desk', check, false);
    },
    async settle({ subject, deviceId, isRight, use }) {
      const desk = await deskOf(subject);
      const bucket = await bucketOf(subject, deviceId);
      // What was used may be a signature: the desk knows it by a keyed hash.
      const once = use && { ...use, id: await short(`use ${use.id}`) };
      const settle = () =>
        desks.getByName(desk).settle({ bucket, isRight, use: once }) as Promise<ProofVerdict>;
      return callDurable('The password desk', settle, false);
    },
    async openExchange({ username, deviceId, sealed, until }) {
      const desk = await deskOf(username);
      const random = crypto.getRandomValues(new Uint8Array(SID_RANDOM_BYTES));
      const sid = Number(desk).toString(16).padStart(DESK_DIGITS, '0') + bytesToHex(random);
      const exchange = { sid, bucket: await bucketOf(username, deviceId), sealed, until };
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
      const desk = await deskOf(username);
      return callDurable('The password desk', () => desks.getByName(desk).hash(password), true);
    },
  };
}

/** Whatever a client invents, there is such a desk. */
function deskOfSession(sid: string): string {
  return String(Number.parseInt(sid.slice(0, DESK_DIGITS), 16) % DESKS);
}

async function tag(keys: KeyRing, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const [secret] = await keys.lastingKeys(PURPOSE);
  return keyedHash(secret, text);
}
