import { describe, expect, it } from 'vitest';
import { createHttpsIssuer } from '../../support/client.ts';
import { CALLBACK, createOpenIssuer } from '../../support/oauth.ts';
import { expectProblem } from '../../support/problem.ts';

const local = createOpenIssuer();
const deployed = createHttpsIssuer({ CLIENT_REGISTRATION: 'open' });

/** What a client names and the issuer then calls: no way into somebody's network. */
describe.each(['jwks_uri', 'backchannel_logout_uri'])('%s', (member) => {
  const register = (uri: string, at = deployed) =>
    at.call('POST', '/oauth/register', { json: { redirect_uris: [CALLBACK], [member]: uri } });

  it.each([
    'http://app.example.com/called',
    'https://10.0.0.1/called',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f000001/called',
    'https://2130706433/called',
    'https://127.1/called',
    'https://[::1]/called',
    'https://[::ffff:10.0.0.1]/called',
    'https://localhost/called',
    'https://app.localhost/called',
    'https://intranet/called',
    'https://db.internal/called',
    'https://printer.local/called',
    'https://router.home.arpa/called',
    'https://app.example.com./called',
    'https://user:secret@app.example.com/called',
    'https://app.example.com/called#x',
    'https://app.example.com@10.0.0.1/called',
    'http://localhost:8080/called',
    'http://127.0.0.1/called',
    'data:application/json,{}',
    'com.example.app:/called',
    '//app.example.com/called',
  ])('refuses %s', async (uri) => {
    await expectProblem(await register(uri), 400, 'invalid_client_metadata');
  });

  it.each(['https://app.example.com/called', 'https://App-2.example.co.kr:8443/called?tenant=1'])(
    'takes %s',
    async (uri) => {
      expect(await (await register(uri)).json()).toMatchObject({ [member]: uri });
    },
  );

  it('may be on one’s own machine, where the issuer is there itself', async () => {
    for (const uri of ['http://localhost:8080/called', 'http://127.0.0.1/called', 'http://[::1]:1/called'])
      expect((await register(uri, local)).status).toBe(201);
    await expectProblem(await register('http://10.0.0.1/called', local), 400, 'invalid_client_metadata');
  });
});
