import { AwsV4Signer } from 'aws4fetch';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMutualClient } from '../../src/sdk/mutual.ts';
import { createIssuer, local, PASSWORD, WRONG_PASSWORD } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { answerDigest, readFields } from '../support/digest-client.ts';
import { HobaClient } from '../support/hoba-client.ts';
import { createAdmin } from '../support/oauth.ts';

const clock = stopClock();
const URI = '/auth/login';
const issuer = createIssuer({ AUTH_SCHEMES: 'basic,digest,mutual,hoba,aws4' });
const WHO = ['known', 'nobody', 'deleted'] as const;
type Who = (typeof WHO)[number];
const keys: Record<Who, HobaClient> = {
  known: await HobaClient.create('Ed25519'),
  nobody: await HobaClient.create('Ed25519'),
  deleted: await HobaClient.create('Ed25519'),
};
const accessKeyIds: Record<Who, string> = { known: '', nobody: 'EDGEAAAAAAAAAAAAAAAA', deleted: '' };

async function enrol(who: Who): Promise<void> {
  const { access_token: bearer } = await local.register(who);
  const { kid } = keys[who];
  const credentials = [
    { type: 'digest', password: PASSWORD },
    { type: 'mutual', password: PASSWORD },
    { type: 'hoba', kid, public_key: await keys[who].jwk() },
    { type: 'aws4' },
  ];
  for (const json of credentials) {
    const added = await local.call('POST', '/auth/credentials', { bearer, json });
    const { access_key_id = '' } = await added.json<{ access_key_id?: string }>();
    accessKeyIds[who] ||= access_key_id;
  }
}

beforeAll(async () => {
  for (const who of ['known', 'deleted'] as const) await enrol(who);
  const { issuer: theirs, admin } = await createAdmin('deleter');
  const bearer = admin.access_token;
  expect((await theirs.call('DELETE', '/admin/users/deleted', { bearer })).status).toBe(204);
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
const ATTEMPTS: Record<string, (who: Who) => Promise<() => Promise<Response>>> = {
  async basic(who) {
    return () => send(`Basic ${btoa(`${who}:${WRONG_PASSWORD}`)}`);
  },
  async digest(who) {
    const asked = { username: who, password: WRONG_PASSWORD };
    const { header } = answerDigest(await digestChallenge(), { ...asked, method: 'POST', uri: URI });
    return () => send(header);
  },
  async userhash(who) {
    const asked = { username: who, password: WRONG_PASSWORD, hideUsername: true };
    const { header } = answerDigest(await digestChallenge(), { ...asked, method: 'POST', uri: URI });
    return () => send(header);
  },
  async 'mutual’s exchange'(who) {
    const [exchange = ''] = await mutualHeaders(who);
    return () => send(exchange);
  },
  async 'mutual’s proof'(who) {
    const [, proof = ''] = await mutualHeaders(who);
    return () => send(proof);
  },
  async hoba(who) {
    const challenge = await (await issuer.call('POST', '/.well-known/hoba/getchal')).text();
    const { kid } = keys[who];
    const header = await keys.nobody.answer({ challenge, origin: 'http://localhost:80', kid });
    return () => send(header);
  },
  async aws4(who) {
    const signer = new AwsV4Signer({
      ...{ method: 'POST', url: issuer.origin + URI, service: 'edgemint', region: 'us-east-1' },
      ...{ accessKeyId: accessKeyIds[who], secretAccessKey: 'a guess' },
      datetime: new Date(clock.now() * 1_000).toISOString().replace(/[-:]|\.\d+/g, ''),
      headers: { host: 'localhost' },
    });
    const headers = { ...Object.fromEntries((await signer.sign()).headers), host: 'localhost' };
    return () => issuer.call('POST', URI, { headers });
  },
};

/** The two requests of a wrong password; the second one is never sent. */
async function mutualHeaders(who: Who): Promise<string[]> {
  const sent: string[] = [];
  const fetchOnce = async (_: unknown, init?: RequestInit) => {
    const Authorization = new Headers(init?.headers as Record<string, string>).get('authorization');
    if (Authorization !== null) sent.push(Authorization);
    if (Authorization?.includes('vkc=')) throw new Error('Held back');
    return issuer.call('POST', URI, { headers: Authorization === null ? {} : { Authorization } });
  };
  const url = issuer.origin + URI;
  const client = createMutualClient({
    url,
    username: who,
    password: WRONG_PASSWORD,
    fetch: fetchOnce as never,
  });
  await client.post().catch(() => undefined);
  return sent;
}

describe('an unknown user, and a deleted one, costs the cryptography of a known one', () => {
  it.each(Object.keys(ATTEMPTS))('by %s', async (door) => {
    const prepare = ATTEMPTS[door] as (typeof ATTEMPTS)[string];
    // The first attempts derive keys that are kept.
    for (const who of WHO) await (await prepare(who))();
    const work = [];
    for (const who of WHO) {
      const attempt = await prepare(who);
      const done = watchCrypto();
      expect((await attempt()).status).toBe(401);
      work.push([...done]);
      vi.restoreAllMocks();
    }
    for (const others of work.slice(1)) expect(others).toEqual(work[0]);
    expect(work[0]?.length).toBeGreaterThan(0);
  });
});
