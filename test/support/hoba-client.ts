/** A HOBA client (RFC 7486), written from the RFC apart from the server's code. */

export type HobaKeyKind = 'RSA' | 'Ed25519' | 'ES256';

const ALGORITHMS = {
  RSA: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2_048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
  Ed25519: { name: 'Ed25519' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const;

const ALGS: Record<HobaKeyKind, string> = { RSA: '0', Ed25519: 'Ed25519', ES256: 'ES256' };

export type HobaSigning = {
  challenge: string;
  /** With its port. */
  origin: string;
  realm?: string;
  nonce?: string;
  alg?: string;
  kid?: string;
};

export class HobaClient {
  readonly kind: HobaKeyKind;
  readonly kid: string;
  readonly #pair: CryptoKeyPair;

  static async create(
    kind: HobaKeyKind,
    kid: string = toBase64url(crypto.getRandomValues(new Uint8Array(12))),
  ) {
    const pair = await crypto.subtle.generateKey(ALGORITHMS[kind], true, ['sign', 'verify']);
    return new HobaClient(kind, kid, pair as CryptoKeyPair);
  }

  private constructor(kind: HobaKeyKind, kid: string, pair: CryptoKeyPair) {
    this.kind = kind;
    this.kid = kid;
    this.#pair = pair;
  }

  async spki(): Promise<ArrayBuffer> {
    return (await crypto.subtle.exportKey('spki', this.#pair.publicKey)) as ArrayBuffer;
  }

  async pem(): Promise<string> {
    const base64 = btoa(String.fromCharCode(...new Uint8Array(await this.spki())));
    return `-----BEGIN PUBLIC KEY-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
  }

  async jwk(which: 'publicKey' | 'privateKey' = 'publicKey'): Promise<JsonWebKey> {
    return (await crypto.subtle.exportKey('jwk', this.#pair[which])) as JsonWebKey;
  }

  /** @returns the `Authorization` header */
  async answer({ challenge, origin, realm = 'edgemint', ...more }: HobaSigning): Promise<string> {
    const { nonce = 'Pm3yUW-sW5Q', alg = ALGS[this.kind], kid = this.kid } = more;
    const fields = [nonce, alg, origin, realm, kid, challenge];
    const text = fields.map((field) => `${field.length}:${field}`).join('');
    const algorithm = { ...ALGORITHMS[this.kind], hash: 'SHA-256' };
    const bytes = new TextEncoder().encode(text);
    const signature = await crypto.subtle.sign(algorithm, this.#pair.privateKey, bytes);
    return `HOBA result="${kid}.${challenge}.${nonce}.${toBase64url(new Uint8Array(signature))}"`;
  }
}

export function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
