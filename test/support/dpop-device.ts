import { base64url, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A client's key, and the proofs that it makes (RFC 9449 section 4.2). */
export type DpopDevice = {
  alg: string;
  privateKey: CryptoKey;
  jwk: JWK;
  thumbprint: string;
  /** @param claims `undefined` leaves one out */
  prove(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
};

export async function createDpopDevice(alg = 'ES256'): Promise<DpopDevice> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    alg,
    privateKey,
    jwk,
    thumbprint: await calculateJwkThumbprint(jwk),
    prove(claims, header = {}) {
      const payload = JSON.parse(JSON.stringify({ jti: crypto.randomUUID(), ...claims }));
      return new SignJWT(payload)
        .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk, ...header })
        .sign(privateKey);
    },
  };
}

/** `ath`: the SHA-256 of an access token. */
export async function hashOfToken(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return base64url.encode(new Uint8Array(digest));
}
