import type { JWK } from 'jose';

/** The keys that clients publish at their `jwks_uri`. */
export type ClientKeys = {
  /**
   * @param kid the key that is wanted: if it isn't among those at hand, they may be fetched anew
   * @param now epoch seconds
   * @returns none if they can't be had
   */
  read(jwksUri: string, kid: string | undefined, now: number): Promise<readonly JWK[]>;
};
