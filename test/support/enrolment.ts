import { AwsV4Signer } from 'aws4fetch';
import { expect } from 'vitest';
import { createMutualClient } from '../../src/sdk/mutual.ts';
import { type Client, local, PASSWORD } from './client.ts';
import { signInByDigest } from './digest-sign-in.ts';
import { HobaClient } from './hoba-client.ts';

const PATH = '/auth/credentials';

export type SignIn = (at: Client) => Promise<Response>;
export type Enrolled = { id: string; signIn: SignIn };

/** By type: adds a credential of it. @returns what signs in with it, at whatever issuer */
export const ENROL = {
  async digest(username: string, bearer: string): Promise<Enrolled> {
    const id = await addCredential(bearer, { type: 'digest', password: PASSWORD });
    return { id, signIn: (at) => signInByDigest(at, username, PASSWORD) };
  },
  async mutual(username: string, bearer: string): Promise<Enrolled> {
    const id = await addCredential(bearer, { type: 'mutual', password: PASSWORD });
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
  async hoba(_: string, bearer: string): Promise<Enrolled> {
    const key = await HobaClient.create('Ed25519');
    const id = await addCredential(bearer, { type: 'hoba', kid: key.kid, public_key: await key.jwk() });
    return { id, signIn: (at) => signInByHoba(at, key) };
  },
  async aws4(_: string, bearer: string): Promise<Enrolled> {
    const response = await local.call('POST', PATH, { bearer, json: { type: 'aws4' } });
    const key = await response.json<{ access_key_id: string; secret_access_key: string }>();
    return { id: key.access_key_id, signIn: (at) => signInByAws4(at, key) };
  },
};

export async function addCredential(bearer: string, json: object): Promise<string> {
  const response = await local.call('POST', PATH, { bearer, json });
  expect(response.status, await response.clone().text()).toBe(201);
  return (await response.json<{ id: string }>()).id;
}

export async function signInByHoba(at: Client, key: HobaClient): Promise<Response> {
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
    datetime: new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
    headers: { host: 'localhost', 'x-amz-meta-nonce': crypto.randomUUID() },
  });
  const { headers } = await signer.sign();
  return at.call('POST', '/auth/login', { headers: { ...Object.fromEntries(headers), host: 'localhost' } });
}
