import type { Context } from 'hono';
import type { Place } from '../core/account/session.ts';
import { isLoopbackHost } from '../core/settings/loopback.ts';
import type { UserClaims } from '../core/tokens/access-token.ts';
import type { Services } from './services.ts';

/** What every route may ask of the request it answers. */
export type AppEnv = {
  Variables: {
    services: Services;
    /** The `iss` of this request's tokens. */
    issuer: string;
    audience: string;
    /** Epoch seconds; one instant for the whole request. */
    now: number;
    cspNonce: string;
    secureHeadersNonce?: string;
  };
};

export type RequestContext = Context<AppEnv>;

/** The access token behind a request that needed one. */
export type Access = UserClaims;

export const REALM = 'edgemint';

/** Cookies get `Secure` and the `__Host-` prefix wherever the issuer is served over https. */
export function isSecure(c: RequestContext): boolean {
  return c.get('issuer').startsWith('https:');
}

/** Whether the issuer is on one's own machine. */
export function isLocal(c: RequestContext): boolean {
  return isLoopbackHost(new URL(c.get('issuer')).hostname);
}

export function cookiePrefix(c: RequestContext): string {
  return isSecure(c) ? '__Host-' : '';
}

export type { Place };
