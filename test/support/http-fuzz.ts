import fc from 'fast-check';
import { APP_ORIGIN, HTTPS_ORIGIN, LOCAL_ORIGIN } from './client.ts';

/** What the generated requests are seasoned with; filled in before the first of them. */
export const real = { access: '', refresh: '', session: '', cookie: '', cookieName: '' };

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

const anything = fc.record({ target, query, headers, body, isHttps: fc.boolean() });

/** What an honest client sends: by chance alone it would hardly ever come about. */
const refresh: typeof anything = fc.constant({
  target: ['POST', '/auth/refresh'],
  query: '',
  headers: { 'Content-Type': 'application/json' },
  body: '{"refresh_token":"@refresh"}',
  isHttps: false,
});

export const request = fc.oneof({ weight: 30, arbitrary: anything }, { weight: 1, arbitrary: refresh });

function base64(value: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(value)));
}

/** Puts the real tokens in, spliced where the generator says so. */
export function fill(value: string): string {
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
export function sendable(value: string): string {
  return fill(value)
    .replace(/[^\t\x20-\x7e]/g, '')
    .trim();
}
