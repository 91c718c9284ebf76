import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';

/** Serves the built Worker on workerd, with its state in a folder. Run as a process of its own, to be killed. */
const [folder = '', root = ''] = process.argv.slice(2);

const bundle = join(root, 'dist/worker/index.js');
const options = convertV4MiniflareOptions({
  modules: [{ type: 'ESModule', path: bundle, contents: await readFile(bundle, 'utf8') }],
  modulesRoot: '/',
  compatibilityDate: '2026-10-23',
  compatibilityFlags: ['nodejs_compat'],
  host: '127.0.0.1',
  port: 0,
  kvNamespaces: ['REFRESH_TOKENS'],
  d1Databases: ['DIRECTORY'],
  durableObjects: {
    ACCOUNT_GUARD: { className: 'AccountGuard', useSQLite: true },
    PASSWORD_DESK: { className: 'PasswordDesk', useSQLite: true },
  },
  ratelimits: {
    SIGN_IN_LIMIT: { namespace_id: '1001', simple: { limit: 100_000, period: 60 } },
    REGISTRATION_LIMIT: { namespace_id: '1002', simple: { limit: 100_000, period: 60 } },
  },
  serviceBindings: {
    ASSETS: async (request: { url: string }) => {
      const path = join(root, 'dist/assets', new URL(request.url).pathname);
      return new Response(await readFile(path, 'utf8')) as never;
    },
  },
  bindings: {
    MASTER_KEY: 'Y3Jhc2gtdGVzdHMtb25seS1uZXZlci1kZXBsb3llZC0tLS0',
    ISSUER: 'http://localhost:8787',
    FAILURE_DELAY: '0s',
  },
});
const miniflare = new Miniflare({ ...options, resourcePersistencePath: folder });

const database = await miniflare.getD1Database('DIRECTORY');
const migration = await readFile(join(root, 'src/adapters/directory/migrations/0001_users.sql'), 'utf8');
await database.exec(migration.replace('CREATE TABLE', 'CREATE TABLE IF NOT EXISTS').replace(/\s+/g, ' '));
console.log(`serving ${await miniflare.ready}`);
