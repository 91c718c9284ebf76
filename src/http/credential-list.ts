import { type CredentialType, publicIdOf } from '../core/account/credentials.ts';
import type { RequestContext } from './context.ts';

export type ListedCredential = { id: string; type: CredentialType; created_at: number };

/** What a user can sign in with beside the password, oldest first, each once. */
export async function listCredentials(c: RequestContext, username: string): Promise<ListedCredential[]> {
  const standing = await c.get('services').credentials.list(username);
  const listed = new Map<string, ListedCredential>();
  for (const credential of standing) {
    const { type, createdAt } = credential;
    const id = publicIdOf(credential);
    if (!listed.has(id)) listed.set(id, { id, type, created_at: createdAt });
  }
  return [...listed.values()];
}
