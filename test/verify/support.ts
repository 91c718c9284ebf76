import { base64url, exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { expect, vi } from 'vitest';
import { packStatuses } from '../../src/core/status/status-list.ts';
import { deflate } from '../../src/core/status/zlib.ts';
import { createVerifier, type VerifierOptions, type VerifyOutcome } from '../../src/verify/index.ts';

export const ISSUER = 'https://id.example.com';
export const AUDIENCE = 'https://api.example.com';
export const ORDERS = 'https://api.example.com/orders';

type SigningKey = { kid: string; alg: string; privateKey: CryptoKey; jwk: Record<string, unknown> };

export async function createKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** An issuer with its key set, as a verifier sees it: keys, a clock, and outages on demand. */
export class Issuer {
  now = 2_000_000_000;
  keys: SigningKey[];
  cacheControl: string | undefined = 'public, max-age=600';
  outage: 'none' | 'unreachable' | 'broken' | 'redirect' | 'hanging' = 'none';
  /** The addresses that were asked for. */
  readonly asked: string[] = [];
  readonly faults: unknown[] = [];

  private constructor(key: SigningKey) {
    this.keys = [key];
  }

  static async create(alg?: string): Promise<Issuer> {
    return new Issuer(await createKey('first', alg));
  }

  verifier(options: Partial<VerifierOptions> = {}) {
    return createVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      fetch: async (url) => this.#answer(url),
      clock: () => this.now,
      onFault: (fault) => this.faults.push(fault),
      ...options,
    });
  }

  /** An access token; members that are `undefined` are left out. */
  token(
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    key = this.keys[0],
  ): Promise<string> {
    if (!key) throw new Error('The issuer has no key');
    const payload = {
      iss: ISSUER,
      sub: 'ada',
      aud: AUDIENCE,
      exp: this.now + 600,
      nbf: this.now,
      iat: this.now,
      jti: crypto.randomUUID(),
      client_id: 'edgemint',
      scope: 'orders:read orders:write',
      ...claims,
    };
    return new SignJWT(JSON.parse(JSON.stringify(payload)))
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header } as JWTHeaderParameters)
      .sign(key.privateKey);
  }

  /** The status list at `/status/0`: its size, the bits that are set, and what is wrong with it. */
  list = { size: 1_024, revoked: [] as number[], age: 0, claims: {}, header: {} };
  /** Who signs it instead of the issuer. */
  listForger: SigningKey | undefined;

  async #list(): Promise<Response> {
    const { size, revoked, age, claims, header } = this.list;
    const key = this.listForger ?? (this.keys[0] as SigningKey);
    const payload = {
      sub: `${ISSUER}/status/0`,
      iat: Math.floor(this.now - age),
      ttl: 30,
      status_list: { bits: 1, lst: base64url.encode(await deflate(packStatuses({ size, revoked }))) },
      ...claims,
    };
    const token = await new SignJWT(payload)
      .setProtectedHeader({
        alg: key.alg,
        kid: key.kid,
        typ: 'statuslist+jwt',
        ...header,
      } as JWTHeaderParameters)
      .sign(key.privateKey);
    return new Response(token, { headers: { 'Content-Type': 'application/statuslist+jwt' } });
  }

  async #answer(url: string): Promise<Response> {
    this.asked.push(url);
    if (this.outage === 'unreachable') throw new TypeError('The network is down');
    if (this.outage === 'hanging') return new Promise(() => undefined);
    if (this.outage === 'broken') return new Response('<html>', { status: 502 });
    if (this.outage === 'redirect') return Response.redirect('https://elsewhere.example/jwks.json');
    if (url === `${ISSUER}/status/0`) return this.#list();
    const headers = this.cacheControl === undefined ? {} : { 'Cache-Control': this.cacheControl };
    return Response.json({ keys: this.keys.map(({ jwk }) => jwk) }, { headers });
  }
}

export function request(authorization: string | undefined, init: RequestInit = {}, url = ORDERS): Request {
  const headers = new Headers(init.headers);
  if (authorization !== undefined) headers.set('Authorization', authorization);
  return new Request(url, { ...init, headers });
}

/** What an outcome comes to, in a word. */
export function verdict(outcome: VerifyOutcome): string {
  return outcome.ok ? 'ok' : outcome.refusal.reason;
}

/** Verifies, and lets what it began in the background end. */
export async function settled(issuer: Issuer, verifier: ReturnType<Issuer['verifier']>, token?: string) {
  const background: Promise<unknown>[] = [];
  const outcome = await verifier.verify(token ?? (await issuer.token()), {
    waitUntil: (work) => background.push(work),
  });
  await Promise.all(background);
  return verdict(outcome);
}

/** Verifies a token that is good so far, whose key is renewed in the background: that ends while its signature is checked. */
export async function renewedWhileChecked(verifier: ReturnType<Issuer['verifier']>, token: string) {
  const { verify } = crypto.subtle;
  const background: Promise<unknown>[] = [];
  const spy = vi.spyOn(crypto.subtle, 'verify').mockImplementationOnce(async (...check) => {
    await Promise.all(background);
    return verify.apply(crypto.subtle, check);
  });
  const outcome = await verifier.verify(token, { waitUntil: (work) => background.push(work) });
  // Checked with the key of before, which was still good when that began.
  expect([verdict(outcome), spy.mock.calls.length, background.length]).toEqual(['ok', 1, 1]);
  spy.mockRestore();
}
