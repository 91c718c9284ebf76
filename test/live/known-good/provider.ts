import { createServer } from 'node:http';
import { errors, Provider } from 'oidc-provider';
import { freePort } from '../support/server.ts';

export const RESOURCE = 'https://api.example.com';

/** The certified `oidc-provider`, set up to offer what is offered here, at the same addresses. */
export async function startKnownGood(): Promise<{ url: string; stop(): void }> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const provider = new Provider(url, {
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      revocation: '/oauth/revoke',
      introspection: '/oauth/introspect',
      userinfo: '/oauth/userinfo',
      registration: '/oauth/register',
      end_session: '/oauth/logout',
      pushed_authorization_request: '/oauth/par',
      device_authorization: '/oauth/device_authorization',
      jwks: '/.well-known/jwks.json',
    },
    claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email'] },
    scopes: ['openid', 'offline_access'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    pkce: { required: () => true },
    clientBasedCORS: () => true,
    rotateRefreshToken: () => true,
    cookies: { keys: ['any'] },
    features: {
      registration: { enabled: true },
      registrationManagement: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true },
      clientCredentials: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      userinfo: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        getResourceServerInfo(_: unknown, indicator: string) {
          if (indicator !== RESOURCE) throw new errors.InvalidTarget();
          return { scope: 'openid profile', audience: indicator, accessTokenFormat: 'jwt' };
        },
      },
    },
  });
  const server = createServer(provider.callback());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
