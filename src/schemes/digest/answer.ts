import { parseExtended, parseParameters } from '../parameters.ts';
import { type DigestAlgorithm, type DigestParts, parseDigestAlgorithm, type Qop } from './hashing.ts';

/** What a client answers to a challenge (RFC 7616 section 3.4). */
export type DigestAnswer = DigestParts & {
  algorithm: DigestAlgorithm;
  /** The username, or its hash if `isHashed`. */
  username: string;
  isHashed: boolean;
  realm: string;
  response: string;
};

const LONGEST_CNONCE = 256;

/** @returns `undefined` if a field is missing or wrong, or the algorithm is none of ours: MD5 is also what is meant where none is named */
export function parseDigestAnswer(credentials: string): DigestAnswer | undefined {
  const parameters = parseParameters(credentials);
  const name = parameters && readUsername(parameters);
  if (!parameters || !name) return undefined;
  const text = (parameter: string) => parameters.get(parameter) ?? '';
  const algorithm = parseDigestAlgorithm(text('algorithm'));
  const qop = readQop(text('qop'));
  const answer = {
    realm: text('realm'),
    nonce: text('nonce'),
    uri: text('uri'),
    response: text('response'),
    nc: text('nc'),
    cnonce: text('cnonce'),
  };
  const isWhole =
    parameters.has('realm') &&
    answer.nonce !== '' &&
    answer.uri !== '' &&
    answer.cnonce !== '' &&
    answer.cnonce.length <= LONGEST_CNONCE &&
    /^[0-9a-f]{64}$/.test(answer.response) &&
    /^(?!0{8})[0-9a-fA-F]{8}$/.test(answer.nc);
  return algorithm && qop && isWhole ? { ...answer, ...name, algorithm, qop } : undefined;
}

/** `username`, its hash, or `username*` (section 3.4): one of them. */
function readUsername(parameters: Map<string, string>): { username: string; isHashed: boolean } | undefined {
  const plain = parameters.get('username');
  const extended = parameters.get('username*');
  const userhash = (parameters.get('userhash') ?? 'false').toLowerCase();
  if (userhash !== 'true' && userhash !== 'false') return undefined;
  const isHashed = userhash === 'true';
  if ((plain === undefined) === (extended === undefined) || (isHashed && extended !== undefined))
    return undefined;
  const username = plain ?? parseExtended(extended ?? '');
  if (username === undefined || (isHashed && !/^[0-9a-f]{64}$/.test(username))) return undefined;
  return { username, isHashed };
}

function readQop(text: string): Qop | undefined {
  const qop = text.toLowerCase();
  return qop === 'auth' || qop === 'auth-int' ? qop : undefined;
}
