import { createHash } from 'node:crypto';

/** A challenge's or an answer's parameters, as a client that knows only RFC 7616 reads them. */
export type Fields = Record<string, string>;

export function readFields(header: string): Fields {
  const pattern = /([\w*-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g;
  return Object.fromEntries(
    Array.from(header.matchAll(pattern), ([, name = '', quoted, token]) => [
      name,
      quoted?.replace(/\\(.)/g, '$1') ?? token ?? '',
    ]),
  );
}

export type DigestRequest = {
  username: string;
  password: string;
  method: string;
  uri: string;
  body?: string;
  qop?: 'auth' | 'auth-int';
  nc?: number;
  cnonce?: string;
  hideUsername?: boolean;
  /** For `-sess`: the nonce and cnonce that the series began with. */
  first?: { nonce: string; cnonce: string };
  /** Whatever is sent instead; an empty string leaves the parameter out. */
  override?: Fields;
};

export type DigestAnswer = { header: string; expectRspauth(body: string): string; cnonce: string };

/** Answers a challenge (RFC 7616 section 3.4). Written from the RFC, apart from the server's code. */
export function answerDigest(challenge: Fields, request: DigestRequest): DigestAnswer {
  const { username, password, method, uri, body = '', qop = 'auth', nc = 1 } = request;
  const { realm = '', nonce = '', algorithm = 'MD5' } = challenge;
  const cnonce = request.cnonce ?? 'MTIzNDU2Nzg5';
  const name = algorithm.replace(/-sess$/, '');
  const h = (text: string) =>
    createHash(NODE_NAMES[name] ?? name)
      .update(text)
      .digest('hex');
  const first = request.first ?? { nonce, cnonce };
  const a1 = h(`${username}:${realm}:${password}`);
  const key = algorithm.endsWith('-sess') ? h(`${a1}:${first.nonce}:${first.cnonce}`) : a1;
  const count = nc.toString(16).padStart(8, '0');
  const respond = (itsMethod: string, itsBody: string) => {
    const a2 = qop === 'auth' ? `${itsMethod}:${uri}` : `${itsMethod}:${uri}:${h(itsBody)}`;
    return h(`${key}:${nonce}:${count}:${cnonce}:${qop}:${h(a2)}`);
  };
  const quoted = {
    username: request.hideUsername ? h(`${username}:${realm}`) : username,
    realm,
    nonce,
    uri,
    cnonce,
    response: respond(method, body),
  };
  const tokens = { algorithm, qop, nc: count, ...(request.hideUsername && { userhash: 'true' }) };
  const write = (fields: Fields, quote: string) =>
    Object.entries(fields)
      .map(([field, value]) => [field, request.override?.[field] ?? value] as const)
      .filter(([field, value]) => value !== '' || request.override?.[field] === undefined)
      .map(([field, value]) => `${field}=${quote}${value}${quote}`);
  const extra = Object.entries(request.override ?? {}).filter(
    ([field, value]) => !(field in quoted) && !(field in tokens) && value !== '',
  );
  const all = [
    ...write(quoted, '"'),
    ...write(tokens, ''),
    ...extra.map(([field, value]) => `${field}=${value}`),
  ];
  return {
    header: `Digest ${all.join(', ')}`,
    expectRspauth: (answered) => respond('', answered),
    cnonce,
  };
}

const NODE_NAMES: Record<string, string> = { 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256', MD5: 'md5' };
