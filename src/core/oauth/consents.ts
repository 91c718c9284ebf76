/** What users have allowed clients. */
export type Consents = {
  /** @returns the scope that the user has allowed the client */
  find(username: string, clientId: string): Promise<string | undefined>;
  /** Adds to what was allowed before. `now`: epoch seconds. */
  keep(username: string, clientId: string, scope: string, now: number): Promise<void>;
};
