import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createClientKeys } from '../../src/adapters/clients/client-keys.ts';
import type { ClientKeys } from '../../src/core/oauth/client-keys.ts';

const URI = 'https://app.example.com/jwks';
const keySet = (...kids: string[]) => ({ keys: kids.map((kid) => ({ kty: 'EC', kid })) });

/** What the client's server answers, and how often it was asked. */
let answer: () => Response | Promise<Response>;
let asked: { url: string; init: RequestInit | undefined }[];
let keys: ClientKeys;

beforeEach(() => {
  asked = [];
  answer = () => Response.json(keySet('a'));
  keys = createClientKeys(async (url, init) => {
    asked.push({ url: String(url), init });
    return answer();
  });
});

const read = async (now: number, kid?: string) => (await keys.read(URI, kid, now)).map((key) => key.kid);

describe('the keys that a client publishes', () => {
  it('are fetched when they are wanted, with no redirect followed and a limit of time', async () => {
    expect(await read(0, 'a')).toEqual(['a']);
    expect(asked).toMatchObject([{ url: URI, init: { redirect: 'manual' } }]);
    expect(asked[0]?.init?.signal).toBeInstanceOf(AbortSignal);
  });

  it.each([
    ['nothing', undefined, 300],
    ['max-age=1', 'max-age=1', 60],
    ['no-store', 'no-store', 60],
    ['max-age=1200', 'public, max-age=1200', 1_200],
    ['a year', 'max-age=31536000', 86_400],
  ])('are kept as their Cache-Control says, within limits: %s', async (_, cacheControl, seconds) => {
    answer = () =>
      Response.json(keySet('a'), { headers: cacheControl ? { 'Cache-Control': cacheControl } : {} });
    await read(1_000, 'a');
    await read(1_000 + seconds - 1, 'a');
    expect(asked).toHaveLength(1);
    await read(1_000 + seconds, 'a');
    expect(asked).toHaveLength(2);
  });

  it('are fetched anew for a key that is not among them, once a minute', async () => {
    await read(0, 'a');
    answer = () => Response.json(keySet('a', 'b'));
    expect(await read(59, 'b')).toEqual(['a']);
    expect(asked).toHaveLength(1);
    expect(await read(60, 'b')).toEqual(['a', 'b']);
    for (const kid of ['x', 'y', 'z']) await read(119, kid);
    expect(asked).toHaveLength(2);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ['an error', () => Response.json(keySet('b'), { status: 500 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { Location: 'https://10.0.0.1/' } })],
    ['no JSON', () => new Response('<html>')],
    ['no key set', () => Response.json({ keys: 'none' })],
    ['no keys', () => Response.json({ keys: [] })],
    ['more than 16 keys', () => Response.json(keySet(...'abcdefghijklmnopq'))],
    ['a private key', () => Response.json({ keys: [{ kty: 'EC', kid: 'b', d: 'x' }] })],
    ['more than 64 KiB', () => Response.json({ ...keySet('b'), more: 'x'.repeat(65_536) })],
    ['nothing at all', () => Promise.reject(new TypeError('Network connection lost'))],
  ])('are none where there is %s; it is tried again after 10 s, and what is fresh stays', async (_, bad) => {
    const good = answer;
    answer = bad;
    expect(await read(0, 'a')).toEqual([]);
    expect(await read(9, 'a')).toEqual([]);
    expect(asked).toHaveLength(1);
    answer = good;
    expect(await read(10, 'a')).toEqual(['a']);
    answer = bad;
    expect(await read(100, 'b')).toEqual(['a']);
    expect(await read(200, 'a')).toEqual(['a']);
    // They are over, however gladly they would be used on.
    expect(await read(400, 'a')).toEqual([]);
  });

  it.each<[string, () => Response]>([
    ['text', () => new Response('hush-hush')],
    ['a key set of the wrong form', () => Response.json({ keys: 'hush-hush' })],
  ])('leave nothing of themselves in the log where they are %s', async (_, bad) => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    answer = bad;
    expect(await read(0, 'a')).toEqual([]);
    const [[line]] = warn.mock.calls as [[string]];
    warn.mockRestore();
    expect(JSON.parse(line)).toMatchObject({ event: 'client_keys_unavailable', jwksUri: URI });
    expect(line).not.toContain('hush');
  });

  it('stops reading a body that has no end', async () => {
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(16_384));
      },
    });
    answer = () => new Response(endless);
    expect(await read(0, 'a')).toEqual([]);
    expect(chunks).toBeLessThan(10);
  });

  it('are kept for 256 addresses, those fetched longest ago forgotten first', async () => {
    for (let at = 0; at <= 256; at += 1) await keys.read(`${URI}/${at}`, 'a', 0);
    await keys.read(`${URI}/1`, 'a', 0);
    expect(asked).toHaveLength(257);
    await keys.read(`${URI}/0`, 'a', 0);
    expect(asked).toHaveLength(258);
  });
});
