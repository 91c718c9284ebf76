/** How many calls may be under way at once. */
export const CONCURRENT = 16;

/** What is measured. A second, but where a name says otherwise. */
export const IN_TURN = 'refresh, one user after another';
export const AT_ONCE = `refresh, ${CONCURRENT} users as fast as they can`;
export const SAME_TOKENS = 'verify, the same 100 tokens over and over';
export const NEW_TOKENS = 'verify, never the same token';
export const JWKS = 'JWKS';
export const DISCOVERY = 'discovery';
/** Seconds. */
export const START = 'start';
/** Seconds. */
export const FIRST_REFRESH = 'first refresh';
export const COLD = 'refresh by a guard at rest, ms';
export const WARM = 'refresh by a guard at work, ms';
