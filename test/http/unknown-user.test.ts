import { AwsV4Signer } from 'aws4fetch';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMutualClient } from '../../src/sdk/mutual.ts';
import { createIssuer, local, PASSWORD, WRONG_PASSWORD } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { answerDigest, readFields } from '../support/digest-client.ts';
import { HobaClient } from '../support/hoba-client.ts';

const clock = stopClock();
const URI = '/auth/login';
const issuer = createIssuer({ AUTH_SCHEMES: 'basic,digest,mutual,hoba,aws4' });
const key = await HobaClient.create('Ed25519');
const stranger = await HobaClient.create('Ed25519');
let accessKeyId = '';

beforeAll(async () => {
  const { access_token: bearer } = await local.register('known');
  const credentials = [
    { type: 'digest', password: PASSWORD },
    { type: 'mutual', password: PASSWORD },
    { type: 'hoba', kid: key.kid, public_key: await key.jwk() },
    { type: 'aws4' },
  ];
  for (const json of credentials) {
    const added = await local.call('POST', '/auth/credentials', { bearer, json });
    accessKeyId = (await added.json<{ access_key_id?: string }>()).access_key_id ?? accessKeyId;
  }
});
afterEach(() => void vi.restoreAllMocks());

/** What WebCrypto was asked to do, in its order. */
function watchCrypto(): string[] {
  const done: string[] = [];
  const { subtle } = crypto;
  for (const name of ['digest', 'sign', 'verify', 'importKey', 'deriveBits', 'encrypt', 'decrypt'] as const) {
    const does = subtle[name].bind(subtle) as (...args: unknown[]) => unknown;
    vi.spyOn(subtle, name).mockImplementation(((...args: unknown[]) => {
      done.push(name);
      return does(...args);
    }) as never);
  }
  return done;
}

const send = (Authorization: string) => issuer.call('POST', URI, { headers: { Authorization } });

async function digestChallenge() {
  const offered = (await issuer.call('POST', URI)).headers.get('www-authenticate') ?? '';
  return readFields(offered.split(/, (?=Digest |Mutual )/)[0] ?? '');
}

/** By door: an attempt in somebody's name that is wrong, prepared beforehand so that only the issuer's work is seen. */
const ATTEMPTS: Record<string, (isKnown: boolean) => Promise<() => Promise<Response>>> = {
  async basic(isKnown) {
    return () => send(`Basic ${btoa(`${isKnown ? 'known' : 'nobody'}:${WRONG_PASSWORD}`)}`);
  },
  async digest(isKnown) {
    const asked = { username: isKnown ? 'known' : 'nobody', password: WRONG_PASSWORD };
    const { header } = answerDigest(await digestChallenge(), { ...asked, method: 'POST', uri: URI });
    return () => send(header);
  },
  async userhash(isKnown) {
    const asked = { username: isKnown ? 'known' : 'nobody', password: WRONG_PASSWORD, hideUsername: true };
    const { header } = answerDigest(await digestChallenge(), { ...asked, method: 'POST', uri: URI });
    return () => send(header);
  },
  async 'mutual’s exchange'(isKnown) {
    const [exchange = ''] = await mutualHeaders(isKnown);
    return () => send(exchange);
  },
  async 'mutual’s proof'(isKnown) {
    const [, proof = ''] = await mutualHeaders(isKnown);
    return () => send(proof);
  },
  async hoba(isKnown) {
    const challenge = await (await issuer.call('POST', '/.well-known/hoba/getchal')).text();
    const kid = isKnown ? key.kid : stranger.kid;
    const header = await stranger.answer({ challenge, origin: 'http://localhost:80', kid });
    return () => send(header);
  },
  async aws4(isKnown) {
    const signer = new AwsV4Signer({
      ...{ method: 'POST', url: issuer.origin + URI, service: 'edgemint', region: 'us-east-1' },
      ...{ accessKeyId: isKnown ? accessKeyId : 'EDGEAAAAAAAAAAAAAAAA', secretAccessKey: 'a guess' },
      datetime: new Date(clock.now() * 1_000).toISOString().replace(/[-:]|\.\d+/g, ''),
      headers: { host: 'localhost' },
    });
    const headers = { ...Object.fromEntries((await signer.sign()).headers), host: 'localhost' };
    return () => issuer.call('POST', URI, { headers });
  },
};

/** The two requests of a wrong password; the second one is never sent. */
async function mutualHeaders(isKnown: boolean): Promise<string[]> {
  const sent: string[] = [];
  const fetchOnce = async (_: unknown, init?: RequestInit) => {
    const Authorization = new Headers(init?.headers as Record<string, string>).get('authorization');
    if (Authorization !== null) sent.push(Authorization);
    if (Authorization?.includes('vkc=')) throw new Error('Held back');
    return issuer.call('POST', URI, { headers: Authorization === null ? {} : { Authorization } });
  };
  const username = isKnown ? 'known' : 'nobody';
  const url = issuer.origin + URI;
  const client = createMutualClient({ url, username, password: WRONG_PASSWORD, fetch: fetchOnce as never });
  await client.post().catch(() => undefined);
  return sent;
}

describe('an unknown user costs the cryptography of a known one', () => {
  it.each(Object.keys(ATTEMPTS))('by %s', async (door) => {
    const prepare = ATTEMPTS[door] as (typeof ATTEMPTS)[string];
    // The first attempts derive keys that are kept.
    for (const isKnown of [true, false]) await (await prepare(isKnown))();
    const work = [];
    for (const isKnown of [true, false]) {
      const attempt = await prepare(isKnown);
      const done = watchCrypto();
      expect((await attempt()).status).toBe(401);
      work.push([...done]);
      vi.restoreAllMocks();
    }
    expect(work[1]).toEqual(work[0]);
    expect(work[0]?.length).toBeGreaterThan(0);
  });
});
