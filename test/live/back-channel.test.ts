import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CALLBACK, insecure, startFlow } from './support/openid-flow.ts';
import { LiveServer } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

let server: LiveServer;
let issuer: URL;

beforeAll(async () => {
  server = await LiveServer.start({ CLIENT_REGISTRATION: 'open' });
  issuer = new URL(server.url);
});
afterAll(() => server.stop());

describe('a client with a back channel', () => {
  let receiver: Server;
  const received: string[] = [];
  let refusals = 1;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push(new URLSearchParams(body).get('logout_token') ?? '');
        refusals -= 1;
        response.writeHead(refusals >= 0 ? 503 : 200).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => receiver.close());

  it('is told when its session ends, and told again when it did not take it', async () => {
    const { port } = receiver.address() as AddressInfo;
    const config = await openid.dynamicClientRegistration(
      issuer,
      {
        redirect_uris: [CALLBACK],
        grant_types: ['authorization_code', 'refresh_token'],
        backchannel_logout_uri: `http://127.0.0.1:${port}/logout`,
      },
      undefined,
      insecure,
    );
    const leaver = new Visitor(server.url);
    await leaver.register('leaver', 'kumquat oboe 42 zither');
    const { parameters, checks } = await startFlow({ scope: 'openid' });
    const back = await leaver.allow(openid.buildAuthorizationUrl(config, parameters));
    const tokens = await openid.authorizationCodeGrant(config, back, checks);
    await openid.tokenRevocation(config, tokens.access_token);
    await vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(2), {
      timeout: 60_000,
      interval: 200,
    });
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri ?? ''));
    const { payload } = await jwtVerify(received[1] ?? '', keys, {
      issuer: server.url,
      audience: config.clientMetadata().client_id,
      typ: 'logout+jwt',
    });
    expect(payload).toMatchObject({
      sub: 'leaver',
      sid: tokens.claims()?.sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload.nonce).toBeUndefined();
  });
});
