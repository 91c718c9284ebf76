import { issuer } from '@openauthjs/openauth';
import { CloudflareStorage } from '@openauthjs/openauth/storage/cloudflare';

/**
 * OpenAuth on its KV store. A user signs in by the client credentials of a provider that believes everybody.
 *
 * It keeps a used refresh token for 60 s, and its storage rounds that down to 59 when the clock ticks between two looks at it,
 * which KV refuses: some one in a few hundred refreshes is answered 400. Here it keeps them longer, so that it is measured at its best.
 */
const REUSE_SECONDS = 90;
const subjects = {
  user: { '~standard': { version: 1, vendor: 'bench', validate: (value) => ({ value }) } },
};
let app;

export default {
  fetch(request, env, ctx) {
    app ??= issuer({
      storage: CloudflareStorage({ namespace: env.STORE }),
      subjects,
      ttl: { reuse: REUSE_SECONDS },
      providers: { bench: { type: 'bench', init() {}, client: async ({ clientID }) => ({ id: clientID }) } },
      success: (response, { id }) => response.subject('user', { id }),
    });
    return app.fetch(request, env, ctx);
  },
};
