/** What a user has allowed a client, and when, epoch seconds. */
export type Consent = { clientId: string; scope: string; grantedAt: number };

/** What users have allowed clients. */
export type Consents = {
  /** @returns the scope that the user has allowed the client */
  find(username: string, clientId: string): Promise<string | undefined>;
  list(username: string): Promise<Consent[]>;
  /** @returns false if there was none */
  remove(username: string, clientId: string): Promise<boolean>;
  /** Adds to what was allowed before; of a deleted user, keeps nothing. `now`: epoch seconds. */
  keep(username: string, clientId: string, scope: string, now: number): Promise<void>;
};

/** Whether what a user has allowed, `undefined` for nothing, holds a scope. */
export function isAllowed(allowed: string | undefined, scope: string): boolean {
  const before = allowed?.split(' ');
  return before !== undefined && scope.split(' ').every((each) => each === '' || before.includes(each));
}
