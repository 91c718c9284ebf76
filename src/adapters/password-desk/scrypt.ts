import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** OWASP's Password Storage Cheat Sheet: N=2^14, r=8, p=5. Native in workerd, about 0.2 s. */
const PARAMETERS = { ln: 14, r: 8, p: 5 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MOST_MEMORY_BYTES = 64 * 1024 * 1024;

type Parameters = { ln: number; r: number; p: number };

/** @returns a PHC string, `$scrypt$ln=14,r=8,p=5$<salt>$<hash>` */
export function hashPassword(password: string): string {
  const salt = randomBytes(SALT_BYTES);
  return format(PARAMETERS, salt, derive(password, salt, PARAMETERS));
}

/** Compares in constant time. `phc` undefined: the same work for a user who doesn't exist; never true. */
export function verifyPassword(password: string, phc: string | undefined): boolean {
  const stored = (phc === undefined ? undefined : parse(phc)) ?? DECOY;
  const same = timingSafeEqual(derive(password, stored.salt, stored.parameters), stored.hash);
  return same && stored !== DECOY;
}

/** True if the hash was made with other parameters than those of today. */
export function needsRehash(phc: string): boolean {
  const parameters = parse(phc)?.parameters;
  return (
    !parameters ||
    parameters.ln !== PARAMETERS.ln ||
    parameters.r !== PARAMETERS.r ||
    parameters.p !== PARAMETERS.p
  );
}

const DECOY = { parameters: PARAMETERS, salt: new Uint8Array(SALT_BYTES), hash: new Uint8Array(HASH_BYTES) };

function derive(password: string, salt: Uint8Array, { ln, r, p }: Parameters): Uint8Array {
  return scryptSync(password, salt, HASH_BYTES, { N: 2 ** ln, r, p, maxmem: MOST_MEMORY_BYTES });
}

function format({ ln, r, p }: Parameters, salt: Uint8Array, hash: Uint8Array): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${encode(salt)}$${encode(hash)}`;
}

function parse(phc: string) {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]{43})$/.exec(phc);
  if (!match) return undefined;
  const [, ln, r, p, salt, hash] = match as unknown as [string, string, string, string, string, string];
  return {
    parameters: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: new Uint8Array(Buffer.from(salt, 'base64')),
    hash: new Uint8Array(Buffer.from(hash, 'base64')),
  };
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
