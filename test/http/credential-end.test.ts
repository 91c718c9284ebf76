import { AwsV4Signer } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import { createMutualClient } from '../../src/sdk/mutual.ts';
import { type Client, createIssuer, isSignedIn, local, PASSWORD, type Tokens } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { readFields } from '../support/digest-client.ts';
import { signInByDigest } from '../support/digest-sign-in.ts';
import { HobaClient } from '../support/hoba-client.ts';
import { createPausingDesks } from '../support/pausing-desk.ts';
import { expectProblem } from '../support/problem.ts';

const clock = stopClock();
const PATH = '/auth/credentials';
const AUTH_SCHEMES = 'digest,mutual,hoba,aws4';
const issuer = createIssuer({ AUTH_SCHEMES });

type SignIn = (at: Client) => Promise<Response>;
type Enrolled = { id: string; signIn: SignIn };

/** Adds a credential of each type. @returns what signs in with it, at whatever issuer */
const ENROL: Record<string, (username: string, bearer: string) => Promise<Enrolled>> = {
  async digest(username, bearer) {
    const id = await add(bearer, { type: 'digest', password: PASSWORD });
    return { id, signIn: (at) => signInByDigest(at, username, PASSWORD) };
  },
  async mutual(username, bearer) {
    const id = await add(bearer, { type: 'mutual', password: PASSWORD });
    const signIn: SignIn = (at) => {
      let last: Response | undefined;
      const url = `${at.origin}/auth/login`;
      const send = async (_: unknown, init?: RequestInit) => {
        const headers = Object.fromEntries(new Headers(init?.headers as Record<string, string>));
        last = await at.call('POST', '/auth/login', { headers });
        return last.clone();
      };
      const client = createMutualClient({ url, username, password: PASSWORD, fetch: send as typeof fetch });
      return client.post().catch(() => last as Response);
    };
    return { id, signIn };
  },
  async hoba(_, bearer) {
    const key = await HobaClient.create('Ed25519');
    const id = await add(bearer, { type: 'hoba', kid: key.kid, public_key: await key.jwk() });
    return { id, signIn: (at) => signInByHoba(at, key) };
  },
  async aws4(_, bearer) {
    const response = await local.call('POST', PATH, { bearer, json: { type: 'aws4' } });
    const key = await response.json<{ access_key_id: string; secret_access_key: string }>();
    return { id: key.access_key_id, signIn: (at) => signInByAws4(at, key) };
  },
};

async function add(bearer: string, json: object): Promise<string> {
  const response = await local.call('POST', PATH, { bearer, json });
  expect(response.status, await response.clone().text()).toBe(201);
  return (await response.json<{ id: string }>()).id;
}

async function signInByHoba(at: Client, key: HobaClient): Promise<Response> {
  const challenge = await (await at.call('POST', '/.well-known/hoba/getchal')).text();
  const Authorization = await key.answer({ challenge, origin: 'http://localhost:80' });
  return at.call('POST', '/auth/login', { headers: { Authorization } });
}

async function signInByAws4(
  at: Client,
  { access_key_id, secret_access_key }: { access_key_id: string; secret_access_key: string },
): Promise<Response> {
  const signer = new AwsV4Signer({
    ...{ method: 'POST', url: `${at.origin}/auth/login`, service: 'edgemint', region: 'us-east-1' },
    ...{ accessKeyId: access_key_id, secretAccessKey: secret_access_key },
    datetime: new Date(clock.now() * 1_000).toISOString().replace(/[-:]|\.\d+/g, ''),
    headers: { host: 'localhost', 'x-amz-meta-nonce': crypto.randomUUID() },
  });
  const { headers } = await signer.sign();
  return at.call('POST', '/auth/login', { headers: { ...Object.fromEntries(headers), host: 'localhost' } });
}

const end = (bearer: string, id: string) => local.call('DELETE', `${PATH}/${id}`, { bearer });

describe.each(['digest', 'mutual', 'hoba', 'aws4'])('the end of a credential: %s', (type) => {
  it('ends the sessions that it opened, and no others', async () => {
    const { access_token: bearer, refresh_token } = await local.register(`ends-${type}`);
    const { id, signIn } = await (ENROL[type] as (typeof ENROL)[string])(`ends-${type}`, bearer);
    const [one, two] = [
      await (await signIn(issuer)).json<Tokens>(),
      await (await signIn(issuer)).json<Tokens>(),
    ];
    const { sessions } = await (await local.call('GET', '/auth/sessions', { bearer })).json<{
      sessions: { id: string; credential?: string }[];
    }>();
    const opened = sessions.filter(({ credential }) => credential === id).map((session) => session.id);
    expect(opened.toSorted()).toEqual([one.session, two.session].toSorted());
    expect(sessions).toHaveLength(3);

    expect((await end(one.access_token, id)).status).toBe(204);
    for (const tokens of [one, two]) {
      await expectProblem(await local.refresh(tokens.refresh_token), 400, 'invalid_grant');
      expect(await isSignedIn(local, tokens.access_token)).toBe(false);
    }
    expect((await signIn(issuer)).status).toBe(401);
    expect((await local.refresh(refresh_token)).status).toBe(200);
  });

  it('beats a sign-in that was checked before it, and opens nothing', async () => {
    const { access_token: bearer } = await local.register(`late-${type}`);
    const { id, signIn } = await (ENROL[type] as (typeof ENROL)[string])(`late-${type}`, bearer);
    const verdict = type === 'mutual' ? 'settleExchange' : 'settle';
    const late = createIssuer({
      AUTH_SCHEMES,
      PASSWORD_DESK: createPausingDesks(verdict, async () => {
        expect((await end(bearer, id)).status).toBe(204);
      }),
    });
    const response = await signIn(late);
    expect(response.status, await response.clone().text()).toBe(401);
    expect(readFields(response.headers.get('www-authenticate') ?? '').realm).toBe('edgemint');
    const { sessions } = await (await local.call('GET', '/auth/sessions', { bearer })).json<{
      sessions: object[];
    }>();
    expect(sessions).toHaveLength(1);
  });

  it('of another kind lets a sign-in under way through', async () => {
    const { access_token: bearer } = await local.register(`other-${type}`);
    const { signIn } = await (ENROL[type] as (typeof ENROL)[string])(`other-${type}`, bearer);
    const spare = await add(bearer, {
      type: 'hoba',
      public_key: await (await HobaClient.create('ES256')).jwk(),
    });
    const verdict = type === 'mutual' ? 'settleExchange' : 'settle';
    const meanwhile = async () => {
      expect((await end(bearer, spare)).status).toBe(204);
    };
    const late = createIssuer({ AUTH_SCHEMES, PASSWORD_DESK: createPausingDesks(verdict, meanwhile) });
    expect((await signIn(late)).status).toBe(200);
  });
});

it('a key put in the place of another under its id ends what that one opened', async () => {
  const { access_token: bearer } = await local.register('replacing');
  const [old, next] = [await HobaClient.create('Ed25519', 'same'), await HobaClient.create('ES256', 'same')];
  await add(bearer, { type: 'hoba', kid: 'same', public_key: await old.jwk() });
  const { refresh_token } = await (await signInByHoba(issuer, old)).json<Tokens>();
  await add(bearer, { type: 'hoba', kid: 'same', public_key: await next.jwk() });
  await expectProblem(await local.refresh(refresh_token), 400, 'invalid_grant');
  expect((await signInByHoba(issuer, old)).status).toBe(401);
  expect((await signInByHoba(issuer, next)).status).toBe(200);
});
