import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findNamespaceId, withNamespaceId } from './deploy-plan.ts';
import { Failure } from './failure.ts';
import { ROOT } from './project.ts';
import { errorLine, type WranglerResult, wrangler } from './wrangler.ts';

const CONFIG = join(ROOT, 'wrangler.toml');

/** @throws Failure with what to do, if wrangler has no account to work in */
export async function checkSignedIn(): Promise<void> {
  const { code } = await wrangler(['whoami', '--json']);
  if (code !== 0)
    throw new Failure('wrangler is not signed in; run "npx wrangler login" or set CLOUDFLARE_API_TOKEN');
}

/**
 * Brings the database to the schema that the new code needs, and makes it if there is none. Before the deploy, so that
 * no Worker runs on a schema it lacks; hence a migration may only add what the Worker before it can live with.
 */
export async function migrateRemote(database: string): Promise<void> {
  const apply = () => wrangler(['d1', 'migrations', 'apply', 'DIRECTORY', '--remote']);
  let result = await apply();
  if (result.code !== 0 && isMissingDatabase(result)) {
    await must(wrangler(['d1', 'create', database]), `can't create the D1 database ${database}`);
    console.log(`D1: created ${database}`);
    result = await apply();
  }
  if (result.code !== 0)
    throw new Failure(`the D1 migrations failed, nothing was deployed: ${errorLine(result)}`);
  console.log('D1: migrations applied');
}

function isMissingDatabase({ stdout, stderr }: WranglerResult): boolean {
  return `${stdout}${stderr}`.includes("Couldn't find a D1 DB named");
}

/**
 * Lends a configuration for the first deploy. wrangler makes a KV namespace for a Worker's first deploy, and if that
 * fails later on, the next try stumbles over the namespace; so one that is there already is named by its id.
 */
export async function withFirstConfig<T>(worker: string, use: (path: string) => Promise<T>): Promise<T> {
  const list = await must(wrangler(['kv', 'namespace', 'list']), "can't list the KV namespaces");
  const id = findNamespaceId(list.stdout, worker, 'REFRESH_TOKENS');
  if (id === undefined) return use(CONFIG);
  // In the project's folder: the paths in it are relative to the file's own.
  const path = join(ROOT, '.wrangler-first-deploy.toml');
  try {
    await writeFile(path, withNamespaceId(await readFile(CONFIG, 'utf8'), 'REFRESH_TOKENS', id));
    return await use(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** @throws Failure, if the command failed, with its first error after `what` */
export async function must(command: Promise<WranglerResult>, what: string): Promise<WranglerResult> {
  const result = await command;
  if (result.code !== 0) throw new Failure(`${what}: ${errorLine(result)}`);
  return result;
}
