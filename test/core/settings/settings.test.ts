import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopbackHost } from '../../../src/core/settings/loopback.ts';
import { parseSettings, SETTING_DEFAULTS } from '../../../src/core/settings/settings.ts';

const DAY = 86_400;

function problemsOf(vars: Record<string, unknown>): string[] {
  const outcome = parseSettings(vars);
  return outcome.ok ? [] : outcome.problems;
}

function settingsOf(vars: Record<string, unknown>) {
  const outcome = parseSettings(vars);
  if (!outcome.ok) throw new Error(outcome.problems.join('; '));
  return outcome.settings;
}

describe('parseSettings', () => {
  it('has a default for everything', () => {
    const defaults = {
      issuer: undefined,
      audience: undefined,
      accessTokenTtlSeconds: 600,
      refreshIdleTtlSeconds: 14 * DAY,
      refreshAbsoluteTtlSeconds: 90 * DAY,
      retryWindowSeconds: 10,
      failureDelaySeconds: 1,
      signingAlg: 'ES256',
      keyPeriodSeconds: 7 * DAY,
      allowedOrigins: [],
      registration: 'open',
      authSchemes: ['basic'],
      aws4Region: 'us-east-1',
      aws4Service: 'edgemint',
      digestAlgorithms: ['SHA-256', 'SHA-512-256', 'SHA-256-sess', 'SHA-512-256-sess'],
      mutualAlgorithm: 'iso-kam3-ec-p256-sha256',
      admins: [],
      clientRegistration: 'off',
      scopes: [],
      resources: [],
      playground: '',
    };
    expect(settingsOf({})).toEqual(defaults);
    expect(settingsOf(SETTING_DEFAULTS)).toEqual(defaults);
    expect(settingsOf({ SOMETHING_ELSE: 1, REFRESH_TOKENS: {} })).toEqual(defaults);
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['an issuer', { ISSUER: 'https://id.example.com' }, { issuer: 'https://id.example.com' }],
    [
      'an issuer with a port',
      { ISSUER: 'https://id.example.com:8443' },
      { issuer: 'https://id.example.com:8443' },
    ],
    [
      'an issuer on one’s own machine',
      { ISSUER: 'http://localhost:8787' },
      { issuer: 'http://localhost:8787' },
    ],
    ['space around it', { ISSUER: ' https://id.example.com\n' }, { issuer: 'https://id.example.com' }],
    ['an audience', { AUDIENCE: 'urn:api' }, { audience: 'urn:api' }],
    ['seconds', { ACCESS_TOKEN_TTL: '2s' }, { accessTokenTtlSeconds: 2 }],
    ['hours', { REFRESH_IDLE_TTL: '3h' }, { refreshIdleTtlSeconds: 10_800 }],
    ['no retry window', { RETRY_WINDOW: '0s' }, { retryWindowSeconds: 0 }],
    ['the longest retry window', { RETRY_WINDOW: '1m' }, { retryWindowSeconds: 60 }],
    ['no failure delay', { FAILURE_DELAY: '0s' }, { failureDelaySeconds: 0 }],
    ['EdDSA', { SIGNING_ALG: 'EdDSA' }, { signingAlg: 'EdDSA' }],
    ['RS256', { SIGNING_ALG: 'RS256' }, { signingAlg: 'RS256' }],
    ['the longest key period', { KEY_PERIOD: '30d' }, { keyPeriodSeconds: 30 * DAY }],
    ['the shortest key period', { KEY_PERIOD: '10m' }, { keyPeriodSeconds: 600 }],
    [
      'an absolute end that is the idle end',
      { REFRESH_ABSOLUTE_TTL: '14d' },
      { refreshAbsoluteTtlSeconds: 14 * DAY },
    ],
    ['closed registration', { REGISTRATION: 'closed' }, { registration: 'closed' }],
    ['no playground', { PLAYGROUND: 'off' }, { playground: 'off' }],
    [
      'Digest’s algorithms, in their order, each once',
      { DIGEST_ALGORITHMS: 'SHA-512-256-sess, SHA-256 SHA-256' },
      { digestAlgorithms: ['SHA-512-256-sess', 'SHA-256'] },
    ],
    [
      'origins, between commas and spaces',
      { ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173\nhttps://b.example:444 ,' },
      { allowedOrigins: ['https://a.example', 'http://localhost:5173', 'https://b.example:444'] },
    ],
  ])('takes %s', (_, vars, settings) => {
    expect(settingsOf(vars)).toMatchObject(settings);
  });

  it.each<[string, string, unknown]>([
    ['ISSUER', 'http, beyond one’s own machine', 'http://id.example.com'],
    ['ISSUER', 'http on a host that only looks like one’s own', 'http://localhost.example.com'],
    ['ISSUER', 'a closing slash', 'https://id.example.com/'],
    ['ISSUER', 'a path', 'https://id.example.com/tenant'],
    ['ISSUER', 'a query', 'https://id.example.com?x'],
    ['ISSUER', 'a user', 'https://me@id.example.com'],
    ['ISSUER', 'capitals', 'https://ID.example.com'],
    ['ISSUER', 'the port that goes without saying', 'https://id.example.com:443'],
    ['ISSUER', 'no scheme', 'id.example.com'],
    ['ISSUER', 'another scheme', 'ftp://id.example.com'],
    ['ISSUER', 'a number', 7],
    ['AUDIENCE', 'two, with a space', 'https://a.example https://b.example'],
    ['AUDIENCE', 'two, with a comma', 'https://a.example,https://b.example'],
    ['ACCESS_TOKEN_TTL', 'nothing', ''],
    ['ACCESS_TOKEN_TTL', '0', '0s'],
    ['ACCESS_TOKEN_TTL', 'over a day', '25h'],
    ['ACCESS_TOKEN_TTL', 'no unit', '600'],
    ['ACCESS_TOKEN_TTL', 'a number', 600],
    ['REFRESH_IDLE_TTL', 'over a year', '366d'],
    ['REFRESH_ABSOLUTE_TTL', 'less than the idle end', '13d'],
    ['RETRY_WINDOW', 'over a minute', '61s'],
    ['RETRY_WINDOW', 'a negative time', '-1s'],
    ['FAILURE_DELAY', 'over a minute', '2m'],
    ['SIGNING_ALG', 'PS256', 'PS256'],
    ['SIGNING_ALG', 'none', 'none'],
    ['SIGNING_ALG', 'small letters', 'es256'],
    ['SIGNING_ALG', 'a member of Object', 'constructor'],
    ['KEY_PERIOD', 'over 30 days', '31d'],
    ['KEY_PERIOD', 'less than ACCESS_TOKEN_TTL', '9m'],
    ['ALLOWED_ORIGINS', 'a wildcard', '*'],
    ['ALLOWED_ORIGINS', 'a wildcard for a host', 'https://*.example.com'],
    ['ALLOWED_ORIGINS', 'null', 'null'],
    ['ALLOWED_ORIGINS', 'a closing slash', 'https://app.example.com/'],
    ['ALLOWED_ORIGINS', 'a good one and a bad one', 'https://app.example.com app.example.com'],
    ['ALLOWED_ORIGINS', 'a script', 'javascript:alert(1)'],
    ['ALLOWED_ORIGINS', 'a list that is no text', ['https://app.example.com']],
    ['REGISTRATION', 'yes', 'yes'],
    ['REGISTRATION', 'true', true],
    ['PLAYGROUND', 'yes', 'yes'],
    ['AUTH_SCHEMES', 'nothing', ''],
    ['AUTH_SCHEMES', 'an unknown one', 'basic, negotiate'],
    ['DIGEST_ALGORITHMS', 'nothing', ' , '],
    ['DIGEST_ALGORITHMS', 'MD5', 'SHA-256 MD5'],
    ['DIGEST_ALGORITHMS', 'small letters', 'sha-256'],
    ['MUTUAL_ALGORITHM', 'two', 'iso-kam3-ec-p256-sha256 iso-kam3-dl-2048-sha256'],
    ['AWS4_REGION', 'with a space', 'us east'],
    ['AWS4_SERVICE', 'nothing', ''],
    ['ADMINS', 'in capitals', 'Ada'],
    ['CLIENT_REGISTRATION', 'yes', 'yes'],
    ['SCOPES', 'one of the issuer’s own', 'orders:read admin'],
    ['RESOURCES', 'no URI', 'api'],
    ['RESOURCES', 'with a fragment', 'https://api.example.com#orders'],
  ])('names %s where it is %s', (name, _, value) => {
    // An unlike setting must not be blamed, nor the same one twice.
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} must be .+`))]);
  });

  it('names all that is wrong at once', () => {
    const problems = problemsOf({
      ISSUER: 'x',
      RETRY_WINDOW: 'x',
      SIGNING_ALG: 'x',
      REGISTRATION: 'x',
      AUTH_SCHEMES: 'x',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(
      expect.arrayContaining(['ISSUER', 'RETRY_WINDOW', 'SIGNING_ALG', 'REGISTRATION', 'AUTH_SCHEMES']),
    );
    expect(problems).toHaveLength(5);
  });

  it('says what a duration may be', () => {
    expect(problemsOf({ RETRY_WINDOW: 'soon' })).toEqual([
      'RETRY_WINDOW must be a duration from 0s to 1m, such as 10s',
    ]);
    expect(problemsOf({ KEY_PERIOD: '90d' })).toEqual([
      'KEY_PERIOD must be a duration from 1s to 30d, such as 7d',
    ]);
  });

  it('never throws, and settings that pass keep their promises', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('1s', '10m', '2h', '14d', '90d', 'https://a.example'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(SETTING_DEFAULTS)), value), (vars) => {
        const outcome = parseSettings(vars);
        if (!outcome.ok) {
          expect(outcome.problems.length).toBeGreaterThan(0);
          return;
        }
        const { settings } = outcome;
        expect(settings.accessTokenTtlSeconds).toBeGreaterThan(0);
        expect(settings.keyPeriodSeconds).toBeGreaterThanOrEqual(settings.accessTokenTtlSeconds);
        expect(settings.refreshAbsoluteTtlSeconds).toBeGreaterThanOrEqual(settings.refreshIdleTtlSeconds);
        for (const origin of settings.allowedOrigins) expect(new URL(origin).origin).toBe(origin);
      }),
      { numRuns: 500 },
    );
  });
});

describe('isLoopbackHost', () => {
  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['[::1]', true],
    ['localhost.example.com', false],
    ['127.0.0.1.example.com', false],
    ['0.0.0.0', false],
    ['', false],
  ])('%j: %s', (host, isLoopback) => {
    expect(isLoopbackHost(host)).toBe(isLoopback);
  });
});
