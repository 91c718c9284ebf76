import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createHttpsIssuer, createRequest, local, PASSWORD, type Tokens } from '../support/client.ts';
import { loginPage, nameOf } from '../support/cookies.ts';
import { fill, real, request, sendable } from '../support/http-fuzz.ts';

const REQUESTS = 6_000;
/** Longer than any machine takes: it hangs. */
const LONGEST_MILLISECONDS = 600_000;
/** After so many requests the real tokens are fresh ones: those before are spent or ended by then. */
const RENEWAL = 200;

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
      { numRuns: REQUESTS, endOnFailure: true },
    );
    const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThanOrEqual(5_000);
    // The generator reaches what it is meant to reach.
    expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 204, 400, 401, 404, 405, 415]));
    expect(rotations).toBeGreaterThan(0);
    console.info(`fuzz: ${JSON.stringify(Object.fromEntries(seen))}, ${rotations} rotations`);
  },
  LONGEST_MILLISECONDS,
);

it('changed nothing for a bystander', async () => {
  const response = await local.refresh(victim.refresh_token, { bearer: victim.access_token });
  expect(response.status).toBe(200);
  const login = await local.call('POST', '/auth/login', {
    json: { username: 'fuzz-victim', password: PASSWORD },
  });
  expect(login.status).toBe(200);
});
