import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  APP_ORIGIN,
  createHttpsIssuer,
  createRequest,
  HTTPS_ORIGIN,
  LOCAL_ORIGIN,
  local,
  PASSWORD,
  type Tokens,
} from '../support/client.ts';
import { loginPage, nameOf } from '../support/cookies.ts';

const REQUESTS = 6_000;
const SECONDS = 60;
/** After so many requests the real tokens are fresh ones: those before are spent or ended by then. */
const RENEWAL = 200;

/** What the generated requests are seasoned with; filled in before the first of them. */
const real = { access: '', refresh: '', session: '', cookie: '', cookieName: '' };

let victim: Tokens;

let count = 0;

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  victim = await local.register('fuzz-victim');
  await local.register('fuzz-real');
});

async function renew(): Promise<void> {
  const tokens = await local.login('fuzz-real');
  const { jar, tokens: page } = await loginPage(local, 'fuzz-real');
  Object.assign(real, {
    access: tokens.access_token,
    refresh: tokens.refresh_token,
    session: page.session,
    cookieName: nameOf(page),
    cookie: jar.get(nameOf(page)),
  });
}

afterAll(() => {
  vi.restoreAllMocks();
});

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    '\0',
    '__proto__',
    '../..',
    '😀',
    '\ud800',
    'x'.repeat(5_000),
    ' ',
    '%',
    '%00',
    '"',
    '\\',
  ),
);

const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND');

const ROUTES = [
  'POST /auth/register',
  'POST /auth/login',
  'POST /auth/refresh',
  'POST /auth/refresh',
  'POST /auth/logout',
  'GET /auth/me',
  'GET /auth/sessions',
  'DELETE /auth/sessions',
  'PUT /auth/password',
  'OPTIONS /auth/refresh',
  'GET /.well-known/jwks.json',
  'GET /openapi.json',
  'GET /docs',
  'GET /healthz',
];

const target = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...ROUTES).map((route) => route.split(' ') as [string, string]) },
  {
    weight: 1,
    arbitrary: text.map((sid): [string, string] => [
      'DELETE',
      `/auth/sessions/${encodeURIComponent(sid.toWellFormed())}`,
    ]),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      method,
      fc.oneof(
        fc.constantFrom('/', '/auth', '/auth/login', '/auth/sessions', '/auth/sessions/%ff', '/%', '/docs'),
        fc.webPath(),
      ),
    ),
  },
);

const query = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.webQueryParameters().map((each) => `?${each}`) },
  { weight: 1, arbitrary: fc.constant(0).map(() => `?access_token=${real.access}`) },
);

/** Words that are filled in when the request is made, so that the generator needs no secrets. */
const token = fc.oneof(
  fc.constantFrom('@access', '@refresh', '@cookie'),
  fc
    .tuple(fc.constantFrom('@access', '@refresh'), fc.nat(400), fc.base64String({ maxLength: 8 }))
    .map(([word, at, splice]) => `${word}~${at}~${splice}`),
  fc
    .array(fc.stringMatching(/^[\w-]{0,30}$/), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join('.')),
  text,
);

// Passwords are short or usernames invalid, so that next to nothing is hashed: that is not what is looked for here.
const member = {
  username: fc.oneof(
    text.map((name) => `.${name}`),
    fc.constantFrom('fuzz-real', null, 7, []),
  ),
  password: fc.oneof(fc.string({ maxLength: 7 }), fc.constantFrom('x'.repeat(300), null, 7, {})),
  transport: fc.oneof(fc.constantFrom('body', 'cookie', 'pigeon', null)),
  refresh_token: fc.oneof(
    { weight: 6, arbitrary: fc.constant('@refresh') },
    { weight: 5, arbitrary: token },
    { weight: 1, arbitrary: fc.jsonValue() },
  ),
  session: fc.oneof(fc.constantFrom('@session', 'tgk1x0_8f3a09c2d4e5b6a7'), text, fc.jsonValue()),
  generation: fc.oneof(fc.nat(5), fc.double(), fc.integer(), text),
  current: fc.string({ maxLength: 7 }),
  next: fc.oneof(fc.string({ maxLength: 7 }), fc.constantFrom('password1', null)),
  other: fc.jsonValue(),
};

const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('{"refresh_token":"@refresh"}', '{"session":"@session","generation":0}', '{}'),
  },
  { weight: 12, arbitrary: fc.record(member, { requiredKeys: [] }).map((value) => JSON.stringify(value)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.record(member, { requiredKeys: [] }), fc.nat(200), text)
      .map(([value, at, splice]) => {
        const json = JSON.stringify(value);
        return json.slice(0, at) + splice + json.slice(at + 1);
      }),
  },
  { weight: 2, arbitrary: fc.json() },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 1, arbitrary: fc.constantFrom('['.repeat(9_000), '{"a":'.repeat(3_000), 'x'.repeat(17_000), '') },
  { weight: 3, arbitrary: fc.constant(undefined) },
);

const authorization = fc.oneof(
  { weight: 6, arbitrary: token.map((each) => `Bearer ${each}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(text, fc.string({ maxLength: 6 }))
      .map(([name, word]) => `Basic ${base64(`${name}:${word}`)}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('Basic', 'bearer', 'Digest', 'DPoP'), text)
      .map((each) => each.join(' ')),
  },
  { weight: 1, arbitrary: text },
);

const cookie = fc
  .array(
    fc.oneof(
      fc.constant('@cookie-pair'),
      fc.tuple(fc.nat(3), token).map(([generation, value]) => `refresh-@session-${generation}=${value}`),
      fc.tuple(text, text).map((each) => each.join('=')),
      fc.stringMatching(/^(__Host-)?(refresh|device)-\w{0,20}-?\d{0,20}=[\w.-]{0,40}$/),
    ),
    { maxLength: 12 },
  )
  .map((pairs) => pairs.join('; '));

const headers = fc.record(
  {
    Authorization: authorization,
    Cookie: cookie,
    Origin: fc.oneof(
      fc.constantFrom(APP_ORIGIN, LOCAL_ORIGIN, HTTPS_ORIGIN, 'null', 'https://evil.example'),
      text,
    ),
    'Content-Type': fc.oneof(
      { weight: 9, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', '', ';;') },
    ),
    'Idempotency-Key': fc.oneof(fc.uuid(), text),
    'Sec-Fetch-Site': fc.constantFrom('same-origin', 'cross-site', 'none'),
    'User-Agent': text,
    'cf-connecting-ip': fc.oneof(fc.ipV4(), fc.ipV6(), text),
    'Access-Control-Request-Method': fc.constantFrom('POST', 'GET', 'BREW'),
    'Content-Length': fc.constantFrom('0', '10', '-1', 'x'),
  },
  { requiredKeys: ['Content-Type'] },
);

const request = fc.record({ target, query, headers, body, isHttps: fc.boolean() });

function base64(value: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(value)));
}

/** Puts the real tokens in, spliced where the generator says so. */
function fill(value: string): string {
  return value
    .replace(
      /@(access|refresh)~(\d+)~([\w+/=]*)/g,
      (_, which: 'access' | 'refresh', at: string, splice: string) => {
        const whole = real[which];
        return whole.slice(0, Number(at)) + splice + whole.slice(Number(at) + splice.length);
      },
    )
    .replaceAll('@cookie-pair', `${real.cookieName}=${real.cookie}`)
    .replaceAll('@access', real.access)
    .replaceAll('@refresh', real.refresh)
    .replaceAll('@cookie', real.cookie)
    .replaceAll('@session', real.session);
}

/** Header values travel as bytes; what no client could send is taken out. */
function sendable(value: string): string {
  return fill(value)
    .replace(/[^\t\x20-\x7e]/g, '')
    .trim();
}

it(
  `answers ${REQUESTS} generated requests without a fault`,
  async () => {
    const https = createHttpsIssuer();
    const seen = new Map<number, number>();
    let rotations = 0;
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const [method, path] = given.target;
        const client = given.isHttps ? https : local;
        if (count % RENEWAL === 0) await renew();
        count += 1;
        const sent = Object.entries(given.headers)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]): [string, string] => [name, sendable(value)]);
        const content = typeof given.body === 'string' ? fill(given.body.toWellFormed()) : given.body;
        const hasBody = content !== undefined && method !== 'GET' && method !== 'HEAD';
        const address = path + given.query;
        // What can't be made into a request at all is no request.
        const options = { headers: Object.fromEntries(sent), ...(hasBody && { body: content }) };
        try {
          createRequest(method, client.origin + address, options);
        } catch {
          fc.pre(false);
        }
        const response = await client.call(method, address, options);
        const answer = await response.text();
        seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
        if (response.headers.has('refresh-outcome')) {
          rotations += 1;
          const tokens = JSON.parse(answer) as Partial<Tokens>;
          if (tokens.refresh_token) real.refresh = tokens.refresh_token;
        }
        expect(response.status, answer).toBeLessThan(500);
        expect(response.headers.get('x-content-type-options')).toBe('nosniff');
        if (response.status >= 400 && method !== 'HEAD') {
          const problem = JSON.parse(answer) as Record<string, unknown>;
          expect(problem.error).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
          expect(problem.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
        }
      }),
      {
        numRuns: REQUESTS,
        endOnFailure: true,
        interruptAfterTimeLimit: SECONDS * 1_000,
        markInterruptAsFailure: true,
      },
    );
    const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThanOrEqual(5_000);
    // The generator reaches what it is meant to reach.
    expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 204, 400, 401, 404, 405, 415]));
    expect(rotations).toBeGreaterThan(0);
    console.info(`fuzz: ${JSON.stringify(Object.fromEntries(seen))}, ${rotations} rotations`);
  },
  (SECONDS + 30) * 1_000,
);

it('changed nothing for a bystander', async () => {
  const response = await local.refresh(victim.refresh_token, { bearer: victim.access_token });
  expect(response.status).toBe(200);
  const login = await local.call('POST', '/auth/login', {
    json: { username: 'fuzz-victim', password: PASSWORD },
  });
  expect(login.status).toBe(200);
});
