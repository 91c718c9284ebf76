import { parseUsername } from '../account/username.ts';
import { isScopeToken, RESERVED_SCOPES } from '../oauth/scope.ts';
import { parseDurationSeconds } from './duration.ts';
import { isLoopbackHost } from './loopback.ts';

/** The signature algorithms whose keys come out of the master key (RFC 7518 section 3.4, RFC 8037). */
export const DERIVED_ALGS = ['ES256', 'EdDSA'] as const;
export type DerivedAlg = (typeof DERIVED_ALGS)[number];

/** The algorithms a token may carry (RFC 9068 section 2.1); RS256 needs the secret `RSA_KEY`. */
export const SIGNING_ALGS = [...DERIVED_ALGS, 'RS256'] as const;
export type SigningAlg = (typeof SIGNING_ALGS)[number];

/** The `Authorization` schemes that `POST /auth/login` can take; JSON is always taken. */
export const AUTH_SCHEMES = ['basic', 'digest', 'mutual', 'hoba', 'aws4'] as const;
export type AuthScheme = (typeof AUTH_SCHEMES)[number];

/** The algorithms of Digest (RFC 7616 section 6.1) without MD5, plain SHA-256 first, since old clients look at the first offer only. */
export const DIGEST_ALGORITHMS = ['SHA-256', 'SHA-512-256', 'SHA-256-sess', 'SHA-512-256-sess'] as const;
export type DigestAlgorithmName = (typeof DIGEST_ALGORITHMS)[number];

/** The algorithms of Mutual (RFC 8121 section 3), the usual one first. */
export const MUTUAL_ALGORITHMS = [
  'iso-kam3-ec-p256-sha256',
  'iso-kam3-ec-p521-sha512',
  'iso-kam3-dl-2048-sha256',
  'iso-kam3-dl-4096-sha512',
] as const;
export type MutualAlgorithmName = (typeof MUTUAL_ALGORITHMS)[number];

export type Settings = {
  /** The `iss` of every token; undefined where the issuer follows the request (development only). */
  issuer: string | undefined;
  /** The `aud` of access tokens; undefined where it is the issuer itself. */
  audience: string | undefined;
  accessTokenTtlSeconds: number;
  /** A refresh token that rests longer than this is over. */
  refreshIdleTtlSeconds: number;
  /** A session is over this long after sign-in, whatever happens. */
  refreshAbsoluteTtlSeconds: number;
  /** How long presentations without an `Idempotency-Key` count as one attempt; 0 turns that off. */
  retryWindowSeconds: number;
  /** A refused sign-in is answered no sooner than this. */
  failureDelaySeconds: number;
  /** Of access tokens and status lists. */
  signingAlg: SigningAlg;
  /** How long one epoch's keys are used. */
  keyPeriodSeconds: number;
  /** Origins of the pages that may use `/auth/*` from a browser, beside the issuer's own. */
  allowedOrigins: readonly string[];
  registration: 'open' | 'closed';
  /** Whether `/` is the playground; empty where that depends on the host. */
  playground: 'on' | 'off' | '';
  authSchemes: readonly AuthScheme[];
  /** What AWS4 signatures are bound to, beside their day. */
  aws4Region: string;
  aws4Service: string;
  /** What Digest's challenges offer, the preferred one first; a client may answer with any. */
  digestAlgorithms: readonly DigestAlgorithmName[];
  /** What Mutual's challenge offers; a client may begin with any. */
  mutualAlgorithm: MutualAlgorithmName;
  /** Users whose first-party sign-in is granted the scope `admin`. */
  admins: readonly string[];
  /** Who may register OAuth clients at `/oauth/register`: nobody, anybody, or who has an initial access token. */
  clientRegistration: 'off' | 'open' | 'token';
  /** Scopes of your APIs that clients may ask for, beside those of OpenID Connect. */
  scopes: readonly string[];
  /** APIs that clients may ask access tokens for (RFC 8707), beside the audience. */
  resources: readonly string[];
};

export type SettingsOutcome = { ok: true; settings: Settings } | { ok: false; problems: string[] };

/** The default of each setting, as text: what stands in `wrangler.toml`. */
export const SETTING_DEFAULTS = {
  ISSUER: '',
  AUDIENCE: '',
  ACCESS_TOKEN_TTL: '10m',
  REFRESH_IDLE_TTL: '14d',
  REFRESH_ABSOLUTE_TTL: '90d',
  RETRY_WINDOW: '10s',
  FAILURE_DELAY: '1s',
  SIGNING_ALG: 'ES256',
  KEY_PERIOD: '7d',
  ALLOWED_ORIGINS: '',
  REGISTRATION: 'open',
  AUTH_SCHEMES: 'basic',
  PLAYGROUND: '',
  AWS4_REGION: 'us-east-1',
  AWS4_SERVICE: 'edgemint',
  DIGEST_ALGORITHMS: 'SHA-256, SHA-512-256, SHA-256-sess, SHA-512-256-sess',
  MUTUAL_ALGORITHM: 'iso-kam3-ec-p256-sha256',
  ADMINS: '',
  CLIENT_REGISTRATION: 'off',
  SCOPES: '',
  RESOURCES: '',
} as const;

export type SettingName = keyof typeof SETTING_DEFAULTS;

const MINUTE = 60;
const DAY = 86_400;
const YEAR = 365 * DAY;

/**
 * Checks every setting and says everything that is wrong, each problem naming its setting.
 *
 * @param vars the Worker's environment, or any record with the settings' names; absent ones take their default
 */
export function parseSettings(vars: Readonly<Record<string, unknown>>): SettingsOutcome {
  const problems: string[] = [];
  const problem = (name: SettingName, must: string) => problems.push(`${name} must be ${must}`);

  const text = (name: SettingName): string => {
    const value = vars[name] ?? SETTING_DEFAULTS[name];
    if (typeof value === 'string') return value.trim();
    problem(name, 'a string');
    return SETTING_DEFAULTS[name];
  };
  const duration = (name: SettingName, least: number, most: number): number => {
    const seconds = parseDurationSeconds(text(name));
    if (seconds !== undefined && seconds >= least && seconds <= most) return seconds;
    problem(name, `a duration from ${spell(least)} to ${spell(most)}, such as ${SETTING_DEFAULTS[name]}`);
    return parseDurationSeconds(SETTING_DEFAULTS[name]) ?? 0;
  };
  const oneOf = <T extends string>(name: SettingName, values: readonly T[]): T => {
    const value = values.find((each) => each === text(name));
    if (value === undefined) problem(name, `one of ${values.join(', ')}`);
    return value ?? (SETTING_DEFAULTS[name] as T);
  };
  const list = (name: SettingName): string[] =>
    text(name)
      .split(/[\s,]+/)
      .filter(Boolean);
  const someOf = <T extends string>(name: SettingName, values: readonly T[]): T[] => {
    const named = [...new Set(list(name))] as T[];
    const isKnown = named.length > 0 && named.every((each) => values.includes(each));
    if (!isKnown) problem(name, `a list out of ${values.join(', ')}`);
    return named;
  };

  const label = (name: SettingName): string => {
    if (!/^[A-Za-z0-9-]{1,64}$/.test(text(name))) problem(name, 'of 1 to 64 letters, digits and hyphens');
    return text(name);
  };

  const settings: Settings = {
    issuer: text('ISSUER') || undefined,
    audience: text('AUDIENCE') || undefined,
    accessTokenTtlSeconds: duration('ACCESS_TOKEN_TTL', 1, DAY),
    refreshIdleTtlSeconds: duration('REFRESH_IDLE_TTL', 1, YEAR),
    refreshAbsoluteTtlSeconds: duration('REFRESH_ABSOLUTE_TTL', 1, YEAR),
    retryWindowSeconds: duration('RETRY_WINDOW', 0, MINUTE),
    failureDelaySeconds: duration('FAILURE_DELAY', 0, MINUTE),
    signingAlg: oneOf('SIGNING_ALG', SIGNING_ALGS),
    keyPeriodSeconds: duration('KEY_PERIOD', 1, 30 * DAY),
    allowedOrigins: list('ALLOWED_ORIGINS'),
    registration: oneOf('REGISTRATION', ['open', 'closed'] as const),
    authSchemes: someOf('AUTH_SCHEMES', AUTH_SCHEMES),
    playground: text('PLAYGROUND') === '' ? '' : oneOf('PLAYGROUND', ['on', 'off'] as const),
    aws4Region: label('AWS4_REGION'),
    aws4Service: label('AWS4_SERVICE'),
    digestAlgorithms: someOf('DIGEST_ALGORITHMS', DIGEST_ALGORITHMS),
    mutualAlgorithm: oneOf('MUTUAL_ALGORITHM', MUTUAL_ALGORITHMS),
    admins: list('ADMINS'),
    clientRegistration: oneOf('CLIENT_REGISTRATION', ['off', 'open', 'token'] as const),
    scopes: list('SCOPES'),
    resources: list('RESOURCES'),
  };

  if (settings.issuer !== undefined && !isIssuer(settings.issuer)) {
    problem('ISSUER', 'an https origin such as https://id.example.com, without a path or a closing slash');
  }
  if (/[\s,]/.test(settings.audience ?? '')) problem('AUDIENCE', 'one name; RESOURCES takes more');
  for (const origin of settings.allowedOrigins) {
    if (!isOrigin(origin))
      problem('ALLOWED_ORIGINS', `a list of origins such as https://app.example.com; "${origin}" is none`);
  }
  if (settings.keyPeriodSeconds < settings.accessTokenTtlSeconds) {
    problem('KEY_PERIOD', 'at least ACCESS_TOKEN_TTL');
  }
  if (settings.refreshAbsoluteTtlSeconds < settings.refreshIdleTtlSeconds) {
    problem('REFRESH_ABSOLUTE_TTL', 'at least REFRESH_IDLE_TTL');
  }
  if (settings.admins.some((name) => parseUsername(name) !== name)) {
    problem('ADMINS', 'a list of usernames, in small letters');
  }
  if (settings.scopes.some((scope) => !isScopeToken(scope) || RESERVED_SCOPES.includes(scope))) {
    problem('SCOPES', `a list of scopes (RFC 6749 section 3.3), none of them ${RESERVED_SCOPES.join(', ')}`);
  }
  if (settings.resources.some((resource) => !isResource(resource))) {
    problem('RESOURCES', 'a list of absolute URIs without a fragment, such as https://api.example.com');
  }
  return problems.length === 0 ? { ok: true, settings } : { ok: false, problems };
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:\/\/[^*]+$/.test(text);
}

/** RFC 8414 section 2: https, no query, no fragment; http is good for one's own machine. */
function isIssuer(text: string): boolean {
  return isOrigin(text) && (text.startsWith('https:') || isLoopbackHost(new URL(text).hostname));
}

/** RFC 8707 section 2. */
function isResource(text: string): boolean {
  return URL.canParse(text) && /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/.test(text) && !text.includes('#');
}

function spell(seconds: number): string {
  if (seconds % DAY === 0 && seconds > 0) return `${seconds / DAY}d`;
  return seconds % MINUTE === 0 && seconds > 0 ? `${seconds / MINUTE}m` : `${seconds}s`;
}
