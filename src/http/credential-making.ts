import { MOST_CREDENTIALS, publicIdOf, type StoredCredential } from '../core/account/credentials.ts';
import { parsePassword } from '../core/passwords/password.ts';
import { AWS4_KEY_RANDOM_BYTES, createAws4Key } from '../schemes/aws4/key.ts';
import { hashedKid, parsePublicKey } from '../schemes/hoba/public-key.ts';
import { isKid } from '../schemes/hoba/result.ts';
import type { Access, RequestContext } from './context.ts';
import type { ListedCredential } from './credential-list.ts';
import { deriveCredentials, sealCredential } from './derived-credentials.ts';
import type { Refusal } from './refusal.ts';

/** What a user asks for, as `POST /auth/credentials` takes it. */
export type NewCredential =
  | { type: 'digest' | 'mutual'; password: string }
  | { type: 'aws4' }
  | { type: 'hoba'; kid?: string | undefined; public_key: string | object };

/** What is stored, and what its user is shown of it once. */
export type MadeCredential = {
  stored: StoredCredential[];
  shown?: Pick<AddedCredential, 'access_key_id' | 'secret_access_key'>;
};

/** What its user is answered. */
export type AddedCredential = ListedCredential & { access_key_id?: string; secret_access_key?: string };

/** A key id that the list gives to what derives from the password. */
const RESERVED_IDS = ['digest', 'mutual'];

/** Why nothing was added. Descriptions are English and never contain what was sent. */
export type CredentialProblem =
  | { kind: 'bad_password'; description: string }
  | { kind: 'bad_key' | 'bad_kid' | 'kid_taken' | 'too_many' | 'credentials_changed' };

export async function makeCredential(
  c: RequestContext,
  { sub: username }: Pick<Access, 'sub'>,
  body: NewCredential,
): Promise<MadeCredential | { problem: CredentialProblem }> {
  switch (body.type) {
    case 'digest':
    case 'mutual': {
      const parsed = parsePassword(body.password);
      if (!parsed.ok) return { problem: { kind: 'bad_password', description: parsed.description } };
      return { stored: await deriveCredentials(c, body.type, username, parsed.password) };
    }
    case 'aws4': {
      const random = crypto.getRandomValues(new Uint8Array(AWS4_KEY_RANDOM_BYTES));
      const { accessKeyId, secret } = createAws4Key(random);
      const stored = await sealCredential(c, { type: 'aws4', id: accessKeyId, username }, { secret });
      return { stored: [stored], shown: { access_key_id: accessKeyId, secret_access_key: secret } };
    }
    case 'hoba': {
      const key = await parsePublicKey(body.public_key);
      if (!key) return { problem: { kind: 'bad_key' } };
      const id = body.kid ?? (await hashedKid(key));
      if (!isKid(id) || RESERVED_IDS.includes(id)) return { problem: { kind: 'bad_kid' } };
      return { stored: [await sealCredential(c, { type: 'hoba', id, username }, key)] };
    }
  }
}

/** Adds it, if the credentials are still those under which it was allowed. */
export async function addCredential(
  c: RequestContext,
  { sub: username, sid }: Pick<Access, 'sub' | 'sid'>,
  credentialsVersion: number,
  { stored, shown }: MadeCredential,
): Promise<AddedCredential | { problem: CredentialProblem }> {
  const { accounts, credentials, log } = c.get('services');
  const [first] = stored;
  if (!first) throw new Error('A credential has at least one row');
  const standing = await credentials.list(username);
  if (standing.length + stored.length > MOST_CREDENTIALS) return { problem: { kind: 'too_many' } };
  const owner = await credentials.find(first);
  if (owner && owner.username !== username) return { problem: { kind: 'kid_taken' } };
  const isChanged = await accounts.changeCredentials(username, { credentialsVersion, put: stored });
  if (!isChanged) return { problem: { kind: 'credentials_changed' } };
  // Two users may have asked for one key id at once.
  if ((await credentials.find(first))?.sealed !== first.sealed) return { problem: { kind: 'kid_taken' } };
  const { type, createdAt } = first;
  const id = publicIdOf(first);
  log({ event: 'credential_added', username, sid, type, id });
  return { id, type, created_at: createdAt, ...shown };
}

/** What the API answers. */
export function refusalOf(problem: CredentialProblem): Refusal {
  switch (problem.kind) {
    case 'bad_password':
      return bad(problem.description);
    case 'bad_key':
      return bad('The public key is no SPKI in PEM and no JWK of RSA (2048 to 4096 bits), Ed25519 or P-256');
    case 'bad_kid':
      return bad('A key id has 1 to 128 characters of base64url');
    case 'kid_taken':
      return bad('The key id is taken', 409);
    case 'too_many':
      return bad('This user has too many credentials; end some first', 409);
    case 'credentials_changed':
      return { reason: 'wrong_credentials' };
  }
}

function bad(description: string, status: 400 | 409 = 400): Refusal {
  return { reason: 'bad_request', status, description };
}
