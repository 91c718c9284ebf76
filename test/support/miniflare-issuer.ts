import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readD1Migrations } from '@cloudflare/vitest-plugin';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';

export type MiniflareIssuerOptions = {
  /** The folder of the project. */
  root: string;
  /** The Worker as `wrangler deploy --dry-run --outdir` built it. */
  bundle: string;
  /** A module that stands before it, and finds it at `./index.js`. */
  around?: string;
  /** Where its state is kept; in memory if there is none. */
  folder?: string;
  port?: number;
  /** With a certificate that nobody signed. */
  https?: boolean;
  bindings?: Readonly<Record<string, string>>;
  /** Whether static assets are served before the Worker, as deployed; so they are, if nothing is said. */
  assets?: boolean;
  /** Whether the database is brought up to date first; not needed where the folder's is. */
  migrate?: boolean;
};

/** The built Worker on workerd, without wrangler between. */
export async function startMiniflareIssuer(options: MiniflareIssuerOptions): Promise<Miniflare> {
  const { root, bundle, folder, port = 0, https = false, bindings, assets = true, migrate = true } = options;
  const built = { type: 'ESModule', path: bundle, contents: await readFile(bundle, 'utf8') } as const;
  const { around } = options;
  const first = around && ({ ...built, path: join(dirname(bundle), 'around.js'), contents: around } as const);
  const converted = convertV4MiniflareOptions({
    modules: first ? [first, built] : [built],
    modulesRoot: '/',
    compatibilityDate: '2026-10-23',
    compatibilityFlags: ['nodejs_compat'],
    host: '127.0.0.1',
    port,
    https,
    kvNamespaces: ['REFRESH_TOKENS'],
    d1Databases: ['DIRECTORY'],
    durableObjects: {
      ACCOUNT_GUARD: { className: 'AccountGuard', useSQLite: true },
      PASSWORD_DESK: { className: 'PasswordDesk', useSQLite: true },
      PROOF_DESK: { className: 'ProofDesk', useSQLite: true },
      STATUS_SHARD: { className: 'StatusShard', useSQLite: true },
    },
    ratelimits: {
      SIGN_IN_LIMIT: { namespace_id: '1001', simple: { limit: 100_000, period: 60 } },
      REGISTRATION_LIMIT: { namespace_id: '1002', simple: { limit: 100_000, period: 60 } },
      TOKEN_LIMIT: { namespace_id: '1003', simple: { limit: 100_000, period: 60 } },
      AUTHORIZE_LIMIT: { namespace_id: '1004', simple: { limit: 100_000, period: 60 } },
      CLIENT_REGISTRATION_LIMIT: { namespace_id: '1005', simple: { limit: 100_000, period: 60 } },
      DEVICE_LIMIT: { namespace_id: '1006', simple: { limit: 100_000, period: 60 } },
    },
    // As deployed: what is an asset is served without the Worker.
    ...(assets && {
      assets: {
        directory: join(root, 'dist/assets'),
        binding: 'ASSETS',
        routerConfig: { has_user_worker: true },
      },
    }),
    bindings: {
      MASTER_KEY: 'bWluaWZsYXJlLXRlc3RzLW9ubHktbmV2ZXItZGVwbG95ZWQ',
      FAILURE_DELAY: '0s',
      ...bindings,
    },
  });
  const miniflare = new Miniflare({
    ...converted,
    logRequests: false,
    ...(folder && { resourcePersistencePath: folder }),
  });
  if (migrate) await applyMigrations(miniflare, root);
  return miniflare;
}

async function applyMigrations(miniflare: Miniflare, root: string): Promise<void> {
  const database = await miniflare.getD1Database('DIRECTORY');
  await database.exec('CREATE TABLE IF NOT EXISTS applied (name TEXT PRIMARY KEY)');
  const { results } = await database.prepare('SELECT name FROM applied').all<{ name: string }>();
  for (const { name, queries } of await readD1Migrations(join(root, 'src/adapters/directory/migrations'))) {
    if (results.some((row) => row.name === name)) continue;
    await database.batch([
      ...queries.map((query) => database.prepare(query)),
      database.prepare('INSERT INTO applied VALUES (?)').bind(name),
    ]);
  }
}
