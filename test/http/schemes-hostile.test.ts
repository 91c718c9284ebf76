import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/index.ts';
import { type CallOptions, type Client, createIssuer, local, testEnv } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { ENROL } from '../support/enrolment.ts';
import { expectProblem } from '../support/problem.ts';

const clock = stopClock();
const AUTH_SCHEMES = 'basic,digest,mutual,hoba,aws4';
const issuer = createIssuer({ AUTH_SCHEMES });

/** Objects that answer nothing. */
const down = {
  getByName: () => new Proxy({}, { get: () => () => Promise.reject(new Error('The object is down')) }),
};

async function countSessions(bearer: string): Promise<number> {
  const response = await local.call('GET', '/auth/sessions', { bearer });
  return (await response.json<{ sessions: object[] }>()).sessions.length;
}

/** The issuer, with each last request of a sign-in changed. */
function changing(
  change: (
    path: string,
    headers: Record<string, string>,
  ) => [path: string, options: CallOptions, method?: string],
): Client {
  return {
    ...issuer,
    call(method, path, options = {}) {
      const { Authorization, authorization = Authorization } = options.headers ?? {};
      const isLast = authorization !== undefined && !authorization.includes('kc1=');
      if (!isLast) return issuer.call(method, path, options);
      const [to, more, by = method] = change(path, { ...options.headers, authorization });
      return issuer.call(by, to, { ...options, ...more });
    },
  };
}

describe.each(['digest', 'mutual', 'hoba', 'aws4'] as const)('%s', (type) => {
  it('lets nobody in while its desk or the directory is down, and says so', async () => {
    const { access_token: bearer } = await local.register(`down-${type}`);
    const { signIn } = await ENROL[type](`down-${type}`, bearer);
    const prepare = () => {
      throw new Error('D1 is down');
    };
    for (const outage of [{ PASSWORD_DESK: down }, { DIRECTORY: { prepare } }]) {
      const response = await signIn(createIssuer({ ...(outage as unknown as Partial<Env>), AUTH_SCHEMES }));
      await expectProblem(response, 503, 'temporarily_unavailable');
    }
    expect(await countSessions(bearer)).toBe(1);
    expect((await signIn(issuer)).status).toBe(200);
  });

  it('takes no Authorization that came twice, whatever the other one is', async () => {
    const { access_token: bearer } = await local.register(`twice-${type}`);
    const { signIn } = await ENROL[type](`twice-${type}`, bearer);
    for (const join of [
      (header: string) => `${header}, ${header}`,
      (header: string) => `${header}, Basic YTpi`,
      (header: string) => `Basic YTpi, ${header}`,
      (header: string) => `${header}, Bearer ${bearer}`,
    ]) {
      const twice = changing((path, headers) => [
        path,
        { headers: { ...headers, authorization: join(headers.authorization ?? '') } },
      ]);
      await expectProblem(await signIn(twice), 401);
    }
    expect(await countSessions(bearer)).toBe(1);
  });

  it('is a door of POST alone, at its own address', async () => {
    const { access_token: bearer } = await local.register(`elsewhere-${type}`);
    const { signIn } = await ENROL[type](`elsewhere-${type}`, bearer);
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const response = await signIn(changing((path, headers) => [path, { headers }, method]));
      expect(response.status).toBe(405);
    }
    const preflight = await signIn(changing((path, headers) => [path, { headers }, 'OPTIONS']));
    expect(preflight.status).toBe(204);
    for (const path of ['//auth/login', '/auth//login', '/auth/login/', '/AUTH/LOGIN'])
      expect((await signIn(changing((_, headers) => [path, { headers }]))).status, path).toBe(404);
    const large = { body: `{"transport":"body"${' '.repeat(17_000)}}` };
    const refused = await signIn(
      changing((path, headers) => [
        path,
        { ...large, headers: { ...headers, 'Content-Type': 'application/json' } },
      ]),
    );
    expect(refused.status).toBe(413);
    expect(await countSessions(bearer)).toBe(1);
  });
});

/** The issuer, before, while and after its master key is replaced. */
const REPLACED = { MASTER_KEY: 'YW5vdGhlciBzZWNyZXQgb25seSBmb3IgdGVzdHMgbmV2ZXIgZGVwbG95ZWQ', AUTH_SCHEMES };
const before = issuer;
const during = createIssuer({ ...REPLACED, MASTER_KEY_PREVIOUS: testEnv.MASTER_KEY ?? '' });
const after = createIssuer({ ...REPLACED, MASTER_KEY_PREVIOUS: '' });

describe.each(['digest', 'hoba', 'aws4'] as const)('around a swap of the master key, %s', (type) => {
  it('takes no signature twice', async () => {
    const { access_token: bearer } = await local.register(`swap-${type}`);
    const { signIn } = await ENROL[type](`swap-${type}`, bearer);
    for (const [first, second] of [
      [before, during],
      [during, after],
    ] as const) {
      const sent: Parameters<Client['call']>[] = [];
      const listening: Client = {
        ...first,
        call: (...request) => {
          sent.push(request);
          return first.call(...request);
        },
      };
      expect((await signIn(listening)).status).toBe(200);
      const replayed = await second.call(...(sent.at(-1) as (typeof sent)[number]));
      await expectProblem(replayed, 401);
      clock.advance(1);
      expect((await signIn(second)).status).toBe(200);
      clock.advance(1);
    }
  });
});

it('around a swap of the master key, mutual lets users in at once, though what it knows of them is sealed anew meanwhile', async () => {
  const { access_token: bearer } = await local.register('swap-mutual');
  const { signIn } = await ENROL.mutual('swap-mutual', bearer);
  for (const at of [before, during, after]) expect((await signIn(at)).status).toBe(200);
});
