import type { OpenedCredential, Proven } from './scheme.ts';

/** @returns who signed in with a credential */
export function provenBy(credential: OpenedCredential): Proven {
  const { username, credentialsVersion, registeredAt } = credential;
  return { username, credentialsVersion, registeredAt, credential };
}
