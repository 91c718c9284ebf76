import { parseExtended, parseParameters } from '../parameters.ts';
import { type MutualAlgorithm, parseMutualAlgorithm, parseValue } from './algorithm.ts';

/** What a client sends (RFC 8120 section 4): the first half of a key exchange, or the proof of a session. */
export type MutualRequest = {
  algorithm: MutualAlgorithm;
  authScope: string;
  realm: string;
} & (
  | { kind: 'exchange'; username: string; kc1: bigint }
  | { kind: 'verify'; sid: string; nc: number; vkc: bigint }
);

/** @returns `undefined` if a parameter is missing, wrong, or belongs to the other message or to a server; unknown ones count for nothing */
export function parseMutualRequest(credentials: string): MutualRequest | undefined {
  const parameters = parseParameters(credentials);
  const text = (name: string) => parameters?.get(name);
  const algorithm = parseMutualAlgorithm(text('algorithm') ?? '');
  const isOurs = text('version') === '1' && text('validation')?.toLowerCase() === 'host';
  const names = [...(parameters?.keys() ?? [])];
  const isServers = names.some((name) => /^(ks\d+|vks)$/.test(name));
  const isOne = names.filter((name) => /^(kc\d+|vkc)$/.test(name)).length === 1;
  if (!algorithm || !isOurs || isServers || !isOne) return undefined;
  const common = { algorithm, authScope: text('auth-scope') ?? '', realm: text('realm') ?? '' };
  const kc1 = parseValue(algorithm, text('kc1') ?? '', algorithm.group.elementOctets);
  if (kc1 !== undefined) {
    const username = readUser(text('user'), text('user*'));
    return username === undefined ? undefined : { ...common, kind: 'exchange', username, kc1 };
  }
  const vkc = parseValue(algorithm, text('vkc') ?? '', algorithm.hashOctets);
  const nc = readInteger(text('nc') ?? '');
  const sid = text('sid')?.toLowerCase() ?? '';
  const isWhole = vkc !== undefined && nc !== undefined && /^([0-9a-f]{2}){10,64}$/.test(sid);
  return isWhole ? { ...common, kind: 'verify', sid, nc, vkc } : undefined;
}

/** One of `user` and `user*` (section 3.1). */
function readUser(plain: string | undefined, extended: string | undefined): string | undefined {
  if (plain !== undefined && extended !== undefined) return undefined;
  return plain ?? parseExtended(extended ?? '');
}

/** Without leading zeros; what is beyond any number of ours is cut to one that is, too (section 6). */
function readInteger(text: string): number | undefined {
  return /^(0|[1-9]\d*)$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined;
}
