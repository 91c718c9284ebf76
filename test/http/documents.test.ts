import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Settings } from '../../src/core/settings/settings.ts';
import { keepDocuments } from '../../src/http/documents.ts';
import type { Services } from '../../src/http/services.ts';
import { createHttpsIssuer, HTTPS_ORIGIN } from '../support/client.ts';

const PATHS = [
  '/.well-known/jwks.json',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
];
const WEEK = 7 * 86_400_000;

type Answer = { status: number; headers: Record<string, string>; body: string };

async function read(response: Response): Promise<Answer> {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

afterEach(() => vi.useRealTimers());

describe.each(PATHS)('%s', (path) => {
  it('is answered again as it was first, to everybody', async () => {
    const issuer = createHttpsIssuer();
    const first = await read(await issuer.call('GET', path));
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': expect.stringMatching(/^public, max-age=\d+$/),
      'content-security-policy': expect.any(String),
      'strict-transport-security': expect.any(String),
      'x-content-type-options': 'nosniff',
    });
    for (const origin of [undefined, HTTPS_ORIGIN, 'https://evil.example']) {
      const again = await issuer.call('GET', `${path}?v=2`, origin === undefined ? {} : { origin });
      expect(await read(again)).toEqual(first);
    }
  });

  it('is kept for GET alone', async () => {
    const issuer = createHttpsIssuer();
    await issuer.call('GET', path);
    expect((await issuer.call('POST', path)).status).toBe(405);
    expect((await issuer.call('OPTIONS', path)).status).toBe(204);
    const head = await issuer.call('HEAD', path);
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('keeping', () => {
  const WEEK_SECONDS = WEEK / 1_000;
  const ask = (settings: Partial<Settings>, answers: () => Response) => {
    const world = { now: 10 * WEEK_SECONDS, calls: 0 };
    const services = { settings: { issuer: HTTPS_ORIGIN, keyPeriodSeconds: WEEK_SECONDS, ...settings } };
    const answer = () => {
      world.calls += 1;
      return answers();
    };
    const fetch = keepDocuments(answer, { ...services, clock: () => world.now } as Services);
    const get = (path: string) => fetch(new Request(HTTPS_ORIGIN + path), {}, {} as ExecutionContext);
    return { world, get };
  };

  it('asks once in an epoch, for each document', async () => {
    const { world, get } = ask({}, () => new Response('{}'));
    for (const path of [...PATHS, ...PATHS]) await get(path);
    expect(world.calls).toBe(3);
    world.now += WEEK_SECONDS;
    for (const path of [...PATHS, ...PATHS]) await get(path);
    expect(world.calls).toBe(6);
    for (const path of ['/healthz', '/healthz']) await get(path);
    expect(world.calls).toBe(8);
  });

  it('keeps no failure, and nothing where the issuer follows the host', async () => {
    const failing = ask({}, () => new Response('{}', { status: 500 }));
    const following = ask({ issuer: undefined }, () => new Response('{}'));
    for (const { world, get } of [failing, following]) {
      for (const path of [...PATHS, ...PATHS]) await get(path);
      expect(world.calls).toBe(6);
    }
  });
});

it('publishes the next keys when their epoch has come', async () => {
  const issuer = createHttpsIssuer();
  const kids = async () => {
    const { keys } = await (await issuer.call('GET', PATHS[0] as string)).json<{ keys: { kid: string }[] }>();
    return keys.map(({ kid }) => kid);
  };
  const before = await kids();
  vi.useFakeTimers({ now: Date.now() + WEEK, toFake: ['Date'] });
  const after = await kids();
  expect(after).not.toEqual(before);
  expect(after.filter((kid) => before.includes(kid))).toHaveLength((before.length * 2) / 3);
});
