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

/** `/prepare?count=N` makes tokens; `/edgemint`, `/jose` and `/bare?calls=N` check them, one after another. */
const ISSUER = 'https://id.example.com';
const AUDIENCE = 'https://api.example.com';
const KID = 'bench';

type Prepared = { token: string; signed: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> };
type Keys = { privateKey: CryptoKey; publicKey: CryptoKey; jwks: JSONWebKeySet };

let keys: Keys | undefined;
let prepared: Prepared[] = [];
let verifier: Verifier | undefined;

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    keys ??= await createKeys();
    if (pathname === '/prepare') await prepare(keys, Number(searchParams.get('count')));
    else await check(pathname.slice(1), keys, Number(searchParams.get('calls')));
    return new Response('done');
  },
} satisfies ExportedHandler;

async function createKeys(): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    privateKey,
    publicKey,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: KID, alg: 'ES256', use: 'sig' }] },
  };
}

async function prepare({ privateKey }: Keys, count: number): Promise<void> {
  prepared = [];
  for (let index = 0; index < count; index += 1) {
    const token = await sign(privateKey, 'at+jwt', { ...claims(), jti: crypto.randomUUID() });
    const [header = '', payload = '', signature = ''] = token.split('.');
    prepared.push({
      token,
      signed: new Uint8Array(new TextEncoder().encode(`${header}.${payload}`)),
      signature: new Uint8Array(base64url.decode(signature)),
    });
  }
}

async function check(how: string, { publicKey, jwks, privateKey }: Keys, calls: number): Promise<void> {
  const keySet = createLocalJWKSet(jwks);
  verifier ??= createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    fetch: async (url) => (url.includes('/status/') ? statusList(privateKey) : Response.json(jwks)),
  });
  for (let call = 0; call < calls; call += 1) {
    const { token, signature, signed } = prepared[call % prepared.length] as Prepared;
    if (how === 'edgemint') {
      const outcome = await verifier.verify(token);
      if (!outcome.ok) throw new Error(outcome.refusal.reason);
    } else if (how === 'jose') {
      await jwtVerify(token, keySet, {
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: 'at+jwt',
        algorithms: ['ES256'],
      });
    } else if (
      !(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, publicKey, signature, signed))
    )
      throw new Error('The signature is wrong');
  }
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
