import { describe, expect, it } from 'vitest';
import { createIssuer, local, PASSWORD, type Tokens, WRONG_PASSWORD } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { signInByDigest } from '../support/digest-sign-in.ts';
import { HobaClient } from '../support/hoba-client.ts';
import { createJar, type Jar } from '../support/jar.ts';
import { signInToPages, submitForm, textOf } from '../support/pages.ts';

const clock = stopClock();
const issuer = createIssuer({ AUTH_SCHEMES: 'basic,digest,mutual,hoba,aws4' });
const ADD = '/account/credentials/add';

const enter = async (username: string): Promise<Jar> => {
  await local.register(username);
  return signInToPages(issuer, username);
};
const open = (jar: Jar, path: string) => issuer.call('GET', path, { jar });
const add = (jar: Jar, type: string, fields: Record<string, string> = {}) =>
  submitForm(issuer, `${ADD}?type=${type}`, fields, { jar });
const listed = async (username: string) => {
  const { access_token: bearer } = await local.login(username);
  const response = await local.call('GET', '/auth/credentials', { bearer });
  return (await response.json<{ credentials: { id: string; type: string }[] }>()).credentials;
};

describe('the account page', () => {
  it('offers what AUTH_SCHEMES turns on, and nothing else', async () => {
    const jar = await enter('offered');
    const types = async (AUTH_SCHEMES: string) => {
      const html = await (await createIssuer({ AUTH_SCHEMES }).call('GET', '/account', { jar })).text();
      return [...html.matchAll(/add\?type=(\w+)/g)].map(([, type]) => type);
    };
    expect(await types('basic,digest,mutual,hoba,aws4')).toEqual(['digest', 'mutual', 'hoba', 'aws4']);
    expect(await types('hoba')).toEqual(['hoba']);
    expect(await types('basic')).toEqual([]);
    for (const type of ['basic', 'constructor', ''])
      expect((await open(jar, `${ADD}?type=${type}`)).headers.get('location')).toBe('/account');
    const off = createIssuer({ AUTH_SCHEMES: 'basic' });
    const sent = await submitForm(off, `${ADD}?type=digest`, { password: PASSWORD }, { jar });
    expect(sent.headers.get('location')).toBe('/account');
    expect(await listed('offered')).toEqual([]);
  });

  it('leads who isn’t signed in to /signin and back', async () => {
    const location = '/signin?return_to=%2Faccount%2Fcredentials%2Fadd%3Ftype%3Dhoba';
    expect((await open(createJar(), `${ADD}?type=hoba`)).headers.get('location')).toBe(location);
    expect((await add(createJar(), 'hoba')).headers.get('location')).toBe(location);
    for (const path of ['/account/credentials/end', '/account/credentials/end-keys'])
      expect((await submitForm(issuer, path, {})).headers.get('location')).toBe(
        '/signin?return_to=%2Faccount',
      );
  });

  it('obeys no form of another site', async () => {
    const jar = await enter('forged');
    const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' };
    for (const path of [`${ADD}?type=aws4`, '/account/credentials/end', '/account/credentials/end-keys'])
      expect((await submitForm(issuer, path, {}, { jar, headers })).status).toBe(403);
    expect(await listed('forged')).toEqual([]);
  });
});

describe.each(['digest', 'mutual'])('%s', (type) => {
  it('asks for the password again, however old the sign-in, and takes only the right one', async () => {
    const username = `pw-${type}`;
    const jar = await enter(username);
    clock.advance(3_600);
    expect(await (await open(jar, `${ADD}?type=${type}`)).text()).toContain('name="password"');
    for (const password of [WRONG_PASSWORD, '']) {
      const refused = await add(jar, type, { password });
      expect(refused.status).toBe(400);
      expect(textOf(await refused.text(), 'password-error')).toBe('This is not your current password.');
    }
    expect((await add(jar, type, { password: PASSWORD })).headers.get('location')).toBe(
      '/account?done=added',
    );
    expect(await listed(username)).toMatchObject([{ id: type, type }]);
    if (type === 'digest') expect((await signInByDigest(issuer, username, PASSWORD)).status).toBe(200);
  });
});

describe('a key', () => {
  it.each(['hoba', 'aws4'])('of %s asks for a fresh sign-in and leads back', async (type) => {
    const username = `stale-${type}`;
    const jar = await enter(username);
    expect((await open(jar, `${ADD}?type=${type}`)).status).toBe(200);
    clock.advance(300);
    const location = `/signin?return_to=%2Faccount%2Fcredentials%2Fadd%3Ftype%3D${type}`;
    expect((await open(jar, `${ADD}?type=${type}`)).headers.get('location')).toBe(location);
    const public_key = await (await HobaClient.create('Ed25519')).pem();
    expect((await add(jar, type, { public_key })).headers.get('location')).toBe(location);
    expect(await listed(username)).toEqual([]);
    const fields = { username, password: PASSWORD };
    const again = await submitForm(issuer, location, fields, { jar });
    expect(again.headers.get('location')).toBe(`${ADD}?type=${type}`);
    expect((await open(jar, `${ADD}?type=${type}`)).status).toBe(200);
  });

  it('of HOBA is pasted as PEM or JWK, with a name or without', async () => {
    const jar = await enter('paster');
    const key = await HobaClient.create('Ed25519');
    const named = await add(jar, 'hoba', { public_key: await key.pem(), kid: key.kid });
    expect(named.headers.get('location')).toBe('/account?done=added');
    const other = await HobaClient.create('ES256');
    await add(jar, 'hoba', { public_key: JSON.stringify(await other.jwk()), kid: '' });
    const credentials = await listed('paster');
    expect(credentials).toHaveLength(2);
    expect(credentials.map(({ id }) => id)).toContain(key.kid);
    const challenge = await (await issuer.call('POST', '/.well-known/hoba/getchal')).text();
    const Authorization = await key.answer({ challenge, origin: 'http://localhost:80' });
    expect((await issuer.call('POST', '/auth/login', { headers: { Authorization } })).status).toBe(200);
  });

  it('that is none is refused beside its field, and a private one is not shown again', async () => {
    const jar = await enter('sloppy');
    const key = await HobaClient.create('Ed25519');
    const errorOf = async (fields: Record<string, string>, id: string) => {
      const response = await add(jar, 'hoba', fields);
      expect(response.status).toBe(400);
      const html = await response.text();
      expect(html).not.toContain(secret);
      return textOf(html, id);
    };
    const { d: secret = '' } = await key.jwk('privateKey');
    const privateKey = JSON.stringify(await key.jwk('privateKey'));
    const refused = 'This is not a public key of one of these kinds.';
    expect(await errorOf({ public_key: privateKey }, 'public_key-error')).toBe(refused);
    expect(await errorOf({ public_key: '' }, 'public_key-error')).toBe(refused);
    const pem = await key.pem();
    const both = `${pem}-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`;
    expect(await errorOf({ public_key: both }, 'public_key-error')).toBe(refused);
    expect(await errorOf({ public_key: pem, kid: 'a b' }, 'kid-error')).toContain('128');
    expect(await errorOf({ public_key: pem, kid: 'digest' }, 'kid-error')).toContain('128');
    const owner = await enter('holder');
    await add(owner, 'hoba', { public_key: pem, kid: key.kid });
    expect(await errorOf({ public_key: pem, kid: key.kid }, 'kid-error')).toBe('This name is taken.');
    expect(await listed('sloppy')).toEqual([]);
  });

  it('of AWS4 is shown once, never kept by a cache, and signs in', async () => {
    const jar = await enter('service');
    const response = await add(jar, 'aws4');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const html = await response.text();
    const [id, secret] = [...html.matchAll(/data-copy="([^"]+)"/g)].map(([, value]) => value);
    expect(id).toMatch(/^EDGE[A-Z2-7]{16}$/);
    expect(secret).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(html).toContain('us-east-1 / edgemint');
    const account = await (await open(jar, '/account')).text();
    expect(account).toContain(id);
    expect(account).not.toContain(secret);
  });
});

describe('a new password', () => {
  it('lists the keys that still stand, and ends them all with what they signed in', async () => {
    const jar = await enter('changed');
    const key = await HobaClient.create('Ed25519');
    await add(jar, 'hoba', { public_key: await key.pem(), kid: key.kid });
    await add(jar, 'digest', { password: PASSWORD });
    await add(jar, 'aws4');
    const changed = await submitForm(
      issuer,
      '/account/password',
      { next: 'lagoon 7 walnut tractor' },
      { jar },
    );
    expect(changed.headers.get('location')).toBe('/account?done=password');
    const html = await (await open(jar, '/account?done=password')).text();
    const standing = html.slice(html.indexOf('id="standing"'), html.indexOf('end-keys'));
    expect(standing).toContain(key.kid);
    expect(standing.match(/<li>/g)).toHaveLength(2);
    expect(await (await open(jar, '/account')).text()).not.toContain('id="standing"');

    const challenge = await (await issuer.call('POST', '/.well-known/hoba/getchal')).text();
    const Authorization = await key.answer({ challenge, origin: 'http://localhost:80' });
    const login = await issuer.call('POST', '/auth/login', { headers: { Authorization } });
    const { refresh_token } = await login.json<Tokens>();
    expect(await (await open(jar, '/account')).text()).toContain(`by ${key.kid}`);
    const ended = await submitForm(issuer, '/account/credentials/end-keys', {}, { jar });
    expect(ended.headers.get('location')).toBe('/account?done=credential');
    expect((await local.refresh(refresh_token)).status).toBe(400);
    const after = await (await open(jar, '/account?done=password')).text();
    expect(after).not.toContain('id="standing"');
    expect(after).toContain('value="digest"');
  });
});
