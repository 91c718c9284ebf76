import type { Dpop, Send } from './core/send.ts';
import { transact } from './platform/database.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * Binds the tokens to a key of this browser, which no script can read: taken away, they are good for nothing. Tabs share it by
 * the database; where a browser has none for us the key is this page's alone, and a reload signs out. The APIs that get
 * the token must take DPoP, and let pages send the header `DPoP`.
 *
 * @see RFC 9449
 */
export function dpop(): Dpop {
  return (fetch) => {
    const nonces: Record<string, string | undefined> = {};
    let keys: CryptoKeyPair | undefined;
    let skewMs = 0;

    const send: Send = async (request, token, spare) => {
      const { origin, pathname } = new URL(request.url);
      if (!keys) {
        const loaded = await loadKeys();
        // Where no database makes them agree, requests at the same time take the first.
        keys ??= loaded;
      }
      const claims = {
        jti: crypto.randomUUID(),
        htm: request.method,
        htu: origin + pathname,
        // Whole seconds.
        iat: ((Date.now() + skewMs) / 1_000) >>> 0,
        nonce: nonces[origin],
        ath: token && encode(await crypto.subtle.digest('SHA-256', toBytes(token))),
      };
      if (token) request.headers.set('authorization', `DPoP ${token}`);
      request.headers.set('dpop', await sign(keys, claims));
      const response = await fetch(request);
      nonces[origin] = response.headers.get('dpop-nonce') ?? nonces[origin];
      if (response.ok || !spare) return response;
      // `use_dpop_nonce` or `invalid_dpop_proof`, in the body or the challenge: once more, with what the answer brings.
      const problem = response.headers.get('www-authenticate') + (await response.clone().text());
      if (!/dpop_/.test(problem)) return response;
      // The issuer's clock counts: this machine's may be hours wrong.
      skewMs = Date.parse(response.headers.get('date') as string) - Date.now() || 0;
      return send(spare.clone(), token);
    };
    return send;
  };
}

async function loadKeys(): Promise<CryptoKeyPair> {
  let keys = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  await transact<CryptoKeyPair>('key', (known = keys) => (keys = known));
  return keys;
}

async function sign({ privateKey, publicKey }: CryptoKeyPair, claims: object): Promise<string> {
  const jwk = await crypto.subtle.exportKey('jwk', publicKey);
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk };
  const text = [header, claims].map((part) => encode(toBytes(JSON.stringify(part)))).join('.');
  return `${text}.${encode(await crypto.subtle.sign(ALGORITHM, privateKey, toBytes(text)))}`;
}

const toBytes = (text: string) => new TextEncoder().encode(text);

/** Base64url (RFC 4648 section 5). */
function encode(bytes: ArrayBuffer | Uint8Array): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
