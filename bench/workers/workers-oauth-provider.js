import OAuthProvider from '@cloudflare/workers-oauth-provider';

/** workers-oauth-provider on its KV store. `/seed` gives a user's authorization code to a public client. */
const REDIRECT = 'https://app.example.com/callback';
let client;

export default new OAuthProvider({
  resourceMetadata: { resource: 'https://id.example.com/api' },
  apiRoute: '/api/',
  apiHandler: { fetch: () => new Response('') },
  authorizeEndpoint: '/authorize',
  tokenEndpoint: '/token',
  clientRegistrationEndpoint: '/register',
  defaultHandler: {
    async fetch(request, env) {
      const { searchParams } = new URL(request.url);
      client ??= await env.OAUTH_PROVIDER.createClient({
        redirectUris: [REDIRECT],
        tokenEndpointAuthMethod: 'none',
      });
      const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization({
        request: {
          responseType: 'code',
          clientId: client.clientId,
          redirectUri: REDIRECT,
          scope: ['account'],
          state: 'state',
          codeChallenge: searchParams.get('challenge'),
          codeChallengeMethod: 'S256',
        },
        userId: searchParams.get('user'),
        metadata: {},
        scope: ['account'],
        props: {},
      });
      const code = new URL(redirectTo).searchParams.get('code');
      return Response.json({ code, client_id: client.clientId, redirect_uri: REDIRECT });
    },
  },
});
