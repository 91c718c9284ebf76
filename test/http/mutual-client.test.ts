import { beforeAll, describe, expect, it } from 'vitest';
import type { MutualOptions } from '../../src/sdk/mutual.ts';
import { stopClock } from '../support/clock.ts';
import { createClient, enrol, headersOf, issuer, PATH } from '../support/mutual-issuer.ts';

stopClock();

beforeAll(async () => {
  await enrol('ada');
});

describe('the client', () => {
  const answering = (change: (response: Response) => Response) => ({
    async fetch(_url: unknown, init?: RequestInit) {
      const headers = headersOf(init);
      return change(await issuer.call('POST', PATH, { headers }));
    },
  });

  it('uses no answer of a server that doesn’t know the password', async () => {
    const forged = (info: string | undefined) =>
      answering((response) => {
        if (response.status !== 200) return response;
        const headers = new Headers(response.headers);
        if (info === undefined) headers.delete('authentication-info');
        else headers.set('authentication-info', info);
        return new Response(response.body, { status: 200, headers });
      });
    for (const info of [undefined, '', 'version=1, sid=00, vks=00', `version=1, vks=${'ab'.repeat(32)}`]) {
      const { client } = createClient('ada', forged(info) as Partial<MutualOptions>);
      await expect(client.post(), String(info)).rejects.toMatchObject({ code: 'server_not_verified' });
    }
  });

  it('takes no plain 200 in the place of a challenge or an exchange', async () => {
    const plain = answering(() => Response.json({ access_token: 'forged' }));
    await expect(createClient('ada', plain as Partial<MutualOptions>).client.post()).rejects.toMatchObject({
      code: 'not_offered',
    });
    const later = answering((response) =>
      response.headers.get('www-authenticate')?.includes('ks1') ? Response.json({}) : response,
    );
    await expect(createClient('ada', later as Partial<MutualOptions>).client.post()).rejects.toMatchObject({
      code: 'wrong_credentials',
    });
  });

  it('answers no challenge of another host, or of a validation that it can’t do', async () => {
    for (const [from, to] of [
      ['"localhost"', '"evil.example"'],
      ['validation=host', 'validation=tls-unique'],
      ['version=1', 'version=2'],
    ] as const) {
      const changed = answering((response) => {
        const headers = new Headers(response.headers);
        headers.set('www-authenticate', (headers.get('www-authenticate') ?? '').replace(from, to));
        return new Response(response.body, { status: response.status, headers });
      });
      await expect(
        createClient('ada', changed as Partial<MutualOptions>).client.post(),
      ).rejects.toMatchObject({ code: 'not_offered' });
    }
  });
});
