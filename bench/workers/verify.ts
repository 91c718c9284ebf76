import {
  base64url,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from 'jose';
import { packStatuses } from '../../src/core/status/status-list.ts';
import { deflate } from '../../src/core/status/zlib.ts';
import { createVerifier, type Verifier } from '../../src/verify/index.ts';

/**
 * `/prepare?tokens=N&calls=M` signs N tokens that nobody has seen and lays out M presentations of them; `/present?calls=M` lays out
 * the same tokens again. `/edgemint`, `/jose` and `/bare` check what is laid out, one after another, and nothing else.
 */
const ISSUER = 'https://id.example.com';
const AUDIENCE = 'https://api.example.com';
const KID = 'bench';
const ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' };

/** A string of its own each time, as a request brings it: no engine remembers its hash, or that it is one with another. */
type Presentation = { token: string; signed: Uint8Array; signature: Uint8Array };
type Keys = { privateKey: CryptoKey; publicKey: CryptoKey; jwks: JSONWebKeySet };
type Check = (presentation: Presentation) => Promise<unknown>;

let keys: Keys | undefined;
let tokens: string[] = [];
let presentations: Presentation[] = [];
let checks: Record<string, Check> | undefined;

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    keys ??= await createKeys();
    checks ??= createChecks(keys);
    const numberOf = (name: string) => Number(searchParams.get(name));
    if (pathname === '/prepare') tokens = await signMany(keys, numberOf('tokens'));
    const check = checks[pathname.slice(1)];
    if (check) for (const presentation of presentations) await check(presentation);
    else presentations = present(numberOf('calls'));
    return new Response('done');
  },
} satisfies ExportedHandler;

function createChecks({ publicKey, privateKey, jwks }: Keys): Record<string, Check> {
  const keySet = createLocalJWKSet(jwks);
  const expected = { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['ES256'] };
  const verifier: Verifier = createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    fetch: async (url) => (url.includes('/status/') ? statusList(privateKey) : Response.json(jwks)),
  });
  return {
    async edgemint({ token }) {
      const outcome = await verifier.verify(token);
      if (!outcome.ok) throw new Error(outcome.refusal.reason);
    },
    jose: ({ token }) => jwtVerify(token, keySet, expected),
    async bare({ signed, signature }) {
      const isGood = await crypto.subtle.verify(ALGORITHM, publicKey, signature, signed);
      if (!isGood) throw new Error('The signature is wrong');
    },
  };
}

async function createKeys(): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    privateKey,
    publicKey,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: KID, alg: 'ES256', use: 'sig' }] },
  };
}

async function signMany({ privateKey }: Keys, count: number): Promise<string[]> {
  const signed: string[] = [];
  for (let index = 0; index < count; index += 1)
    signed.push(await sign(privateKey, 'at+jwt', { ...claims(), jti: crypto.randomUUID() }));
  return signed;
}

function present(calls: number): Presentation[] {
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
  return Array.from({ length: calls }, (_, call) => {
    const token = decoder.decode(encoder.encode(tokens[call % tokens.length]));
    const end = token.lastIndexOf('.');
    return {
      token,
      signed: encoder.encode(token.slice(0, end)),
      signature: base64url.decode(token.slice(end + 1)),
    };
  });
}

async function statusList(privateKey: CryptoKey): Promise<Response> {
  const lst = base64url.encode(await deflate(packStatuses({ size: 1_048_576, revoked: [5] })));
  const list = { sub: `${ISSUER}/status/0`, iat: now(), ttl: 30, status_list: { bits: 1, lst } };
  return new Response(await sign(privateKey, 'statuslist+jwt', list));
}

function claims(): Record<string, unknown> {
  return {
    ...{ iss: ISSUER, sub: 'ada', aud: AUDIENCE, exp: now() + 600, nbf: now(), iat: now() },
    ...{
      client_id: 'edgemint',
      scope: 'account',
      sid: 'tgk1x0_8f3a09c2d4e5b6a7',
      auth_time: now(),
      amr: ['pwd'],
    },
    status: { status_list: { idx: 4_711, uri: `${ISSUER}/status/0` } },
  };
}

function sign(key: CryptoKey, typ: string, payload: Record<string, unknown>): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: KID, typ }).sign(key);
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
