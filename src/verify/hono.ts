import type { Context, MiddlewareHandler } from 'hono';
import type { Claims } from './claims.ts';
import type { KeepAlive } from './kept.ts';
import { createResponse, type Refusal } from './refusal.ts';
import type { Verifier } from './verifier.ts';

export type RequireTokenOptions = {
  verifier: Verifier;
  /** The scopes that are needed, separated by spaces. */
  scope?: string;
  /** For the log: the client learns less than its `reason`. */
  onRefusal?: (refusal: Refusal, c: Context) => void;
};

/** What the handlers behind it find: `c.get('token')`. */
export type TokenEnv = { Variables: { token: Claims } };

/** Hono middleware: lets a request pass with a good access token, and answers all others as RFC 6750 and RFC 9449 say. */
export function requireToken({
  verifier,
  scope,
  onRefusal,
}: RequireTokenOptions): MiddlewareHandler<TokenEnv> {
  return async (c, next) => {
    const outcome = await verifier.verify(c.req.raw, { scope, waitUntil: keepAliveOf(c) });
    if (!outcome.ok) {
      onRefusal?.(outcome.refusal, c);
      return createResponse(outcome.refusal);
    }
    c.set('token', outcome.claims);
    return next();
  };
}

/** There is one on Workers only, and Hono throws elsewhere. */
function keepAliveOf(c: Context): KeepAlive | undefined {
  try {
    const { executionCtx } = c;
    return (work) => executionCtx.waitUntil(work);
  } catch {
    return undefined;
  }
}
