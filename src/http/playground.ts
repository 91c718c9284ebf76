import { isLocal, type RequestContext } from './context.ts';

/** The header by which the playground asks for access tokens that end while somebody watches. */
const LIFETIME_HEADER = 'playground-lifetime';

/** Whether `/` is the playground: as `PLAYGROUND` says, or else on one's own machine only. */
export function hasPlayground(c: RequestContext): boolean {
  const { playground } = c.get('services').settings;
  return playground === '' ? isLocal(c) : playground === 'on';
}

/** @returns the longest life of an access token that this request gets, in seconds: the setting's, or a shorter one it asked for */
export function accessTokenLife(c: RequestContext): number {
  const { accessTokenTtlSeconds } = c.get('services').settings;
  // The header first: hardly a request has it, and every pair that is made asks.
  const asked = c.req.header(LIFETIME_HEADER) ?? '';
  const isHeeded = /^[1-9]\d{0,4}$/.test(asked) && hasPlayground(c);
  const seconds = isHeeded ? Number(asked) : Number.POSITIVE_INFINITY;
  return Math.min(accessTokenTtlSeconds, seconds);
}
