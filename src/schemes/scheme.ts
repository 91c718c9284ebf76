/**
 * A door of `POST /auth/login`: one scheme of the `Authorization` header (RFC 9110 section 11).
 * It reads credentials; whether they hold is decided at the desk, the same way for every door.
 */
export type Scheme = {
  /** The auth-scheme, in small letters. */
  name: string;
  /** One `WWW-Authenticate` challenge (RFC 9110 section 11.6.1). */
  challenge(realm: string): string;
  /** @returns the credentials, or `undefined` if they are not of the scheme's form */
  parseCredentials(credentials: string): PasswordCredentials | undefined;
};

export type PasswordCredentials = { username: string; password: string };
