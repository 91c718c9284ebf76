import { issuer } from '@openauthjs/openauth';
import { CloudflareStorage } from '@openauthjs/openauth/storage/cloudflare';

/** OpenAuth on its KV store. A user signs in by the client credentials of a provider that believes everybody. */
const subjects = {
  user: { '~standard': { version: 1, vendor: 'bench', validate: (value) => ({ value }) } },
};
let app;

export default {
  fetch(request, env, ctx) {
    app ??= issuer({
      storage: CloudflareStorage({ namespace: env.STORE }),
      subjects,
      providers: { bench: { type: 'bench', init() {}, client: async ({ clientID }) => ({ id: clientID }) } },
      success: (response, { id }) => response.subject('user', { id }),
    });
    return app.fetch(request, env, ctx);
  },
};
