// An API in a process of its own, on any runtime that serves what a module exports: `bun api.js`, `deno serve api.js`.
import { env } from 'node:process';
import { createVerifier } from 'edgemint/verify';
import { requireToken } from 'edgemint/verify/hono';
import { Hono } from 'hono';

const { ISSUER: issuer, AUDIENCE: audience, PORT: port } = env;
const options = { issuer, audience, publicOrigin: audience };
const verifier = createVerifier(options);
const late = createVerifier({ ...options, clock: () => Date.now() / 1_000 + 3_600 });

/** Says why it refuses, which the answers of an API don't. */
const guard = (settings) =>
  requireToken({ ...settings, onRefusal: ({ reason }, c) => c.set('reason', reason) });
const hello = (c) => c.text(`Hello ${c.get('token').sub}`);

const app = new Hono()
  .use(async (c, next) => {
    await next();
    c.res.headers.set('Reason', c.get('reason') ?? 'none');
    c.res.headers.set('Server', navigator.userAgent);
  })
  .get('/orders', guard({ verifier, scope: 'account' }), hello)
  .get('/admin', guard({ verifier, scope: 'admin' }), hello)
  .get('/later', guard({ verifier: late }), hello);

export default { fetch: app.fetch, hostname: '127.0.0.1', port };
