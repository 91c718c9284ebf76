import { type CredentialType, isDerived, type StoredCredential } from '../core/account/credentials.ts';
import { sealAtRest } from '../core/keys/at-rest.ts';
import { deriveDigestCredentials } from '../schemes/digest/digest.ts';
import { deriveMutualCredential } from '../schemes/mutual/verifier.ts';
import { REALM, type RequestContext } from './context.ts';

/** Derives the credentials of a type from a password, sealed for storage; none for a type that has nothing of it. */
export async function deriveCredentials(
  c: RequestContext,
  type: CredentialType,
  username: string,
  password: string,
): Promise<StoredCredential[]> {
  const derived = await derive(c, type, username, password);
  return Promise.all(derived.map(({ id, data }) => sealCredential(c, { type, id, username }, data)));
}

async function derive(c: RequestContext, type: CredentialType, username: string, password: string) {
  switch (type) {
    case 'digest':
      return deriveDigestCredentials(username, REALM, password);
    case 'mutual':
      return [await deriveMutualCredential(username, REALM, c.get('issuer'), password)];
    default:
      return [];
  }
}

/** @returns those that derive from the password, derived anew from the next one */
export async function renewCredentials(
  c: RequestContext,
  username: string,
  password: string,
): Promise<StoredCredential[]> {
  const standing = await c.get('services').credentials.list(username);
  const types = new Set(standing.map(({ type }) => type).filter(isDerived));
  const renewed = [...types].map((type) => deriveCredentials(c, type, username, password));
  return (await Promise.all(renewed)).flat();
}

export async function sealCredential(
  c: RequestContext,
  name: Pick<StoredCredential, 'type' | 'id' | 'username'>,
  data: object,
): Promise<StoredCredential> {
  const binding = { purpose: name.type, username: name.username, id: name.id };
  const sealed = await sealAtRest(data, binding, c.get('services').keys);
  return { ...name, sealed, createdAt: Math.floor(c.get('now')) };
}
