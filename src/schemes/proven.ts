import type { OpenedCredential, Proven } from './scheme.ts';

/** @returns who signed in with a credential */
export function provenBy(credential: OpenedCredential): Proven {
  const { username, credentialsVersion } = credential;
  return { username, credentialsVersion, credential };
}
