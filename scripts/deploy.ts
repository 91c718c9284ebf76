import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unstable_readConfig } from 'wrangler';
import { makeAssets } from './assets.ts';
import { checkSignedIn, migrateRemote, must, withFirstConfig } from './lib/account.ts';
import { checkBundle } from './lib/bundle.ts';
import { checkVars, parseDeployFlags, type Vars } from './lib/deploy-flags.ts';
import { decideIssuer, findWorkersDevUrl, readSecretList, withIssuer } from './lib/deploy-plan.ts';
import { Failure, run } from './lib/failure.ts';
import { ROOT } from './lib/project.ts';
import { chooseSecret, SECRETS } from './lib/secrets.ts';
import { withSecretsFile } from './lib/secrets-file.ts';
import { wrangler } from './lib/wrangler.ts';

const CONFIG = join(ROOT, 'wrangler.toml');

/** Takes a signed-in wrangler to a live issuer; docs/deploy.md tells the steps. Can be run again at any point. */
async function deploy(): Promise<void> {
  const flags = parseDeployFlags(process.argv.slice(2));
  const config = unstable_readConfig({ config: CONFIG });
  const issuer = checkVars({ ...config.vars, ...flags.vars });
  console.log(
    `settings: fine${issuer ? '' : ', ISSUER empty: the first deploy takes its workers.dev address'}`,
  );
  await makeAssets();
  await checkBundle(varFlags(flags.vars));
  if (flags.dryRun) return console.log('--dry-run: nothing was sent');

  await checkSignedIn();
  const worker = config.name ?? fail('wrangler.toml must name the Worker');
  const database = config.d1_databases[0]?.database_name ?? fail('wrangler.toml must name the D1 database');
  const present = readSecretList(await wrangler(['secret', 'list', '--name', worker]));
  const hasRoutes = (config.routes ?? []).length > 0 || config.route !== undefined;
  const source = decideIssuer(issuer, present.exists, hasRoutes);
  await migrateRemote(database);

  const send = (path: string) => upload(path, flags.vars, present.secrets);
  const url = await (present.exists ? send(CONFIG) : withFirstConfig(worker, send));
  if (source === 'given') return console.log(proof(issuer ?? ''));
  const learnt =
    url ?? fail('deployed, but with no workers.dev address; set ISSUER in wrangler.toml and run this again');
  await writeFile(CONFIG, withIssuer(await readFile(CONFIG, 'utf8'), learnt));
  console.log(`wrangler.toml: ISSUER is now ${learnt}; commit that`);
  await upload(
    CONFIG,
    flags.vars,
    SECRETS.map((secret) => secret.name),
  );
  console.log(proof(learnt));
}

/**
 * Deploys, together with new secrets for those that aren't set: so no version ever runs without a `MASTER_KEY`, and one
 * that is there is never touched.
 *
 * @returns the workers.dev address, if there is one
 */
async function upload(config: string, vars: Vars, secrets: readonly string[]): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'edgemint-'));
  const output = join(folder, 'output.ndjson');
  const send = (flags: readonly string[]) =>
    must(
      wrangler(['deploy', '--config', config, ...varFlags(vars), ...flags], {
        env: { WRANGLER_OUTPUT_FILE_PATH: output },
        show: true,
      }),
      'the deploy failed',
    );
  try {
    const missing = SECRETS.filter((secret) => !secrets.includes(secret.name));
    const chosen = missing.map((secret) => [secret.name, chooseSecret(secret, process.env[secret.name])]);
    if (missing.length === 0) await send([]);
    else await withSecretsFile(Object.fromEntries(chosen), (path) => send(['--secrets-file', path]));
    for (const { name } of missing) console.log(`${name}: set, as there was none`);
    return findWorkersDevUrl(await readFile(output, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function varFlags(vars: Vars): string[] {
  return Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
}

function proof(url: string): string {
  return `
edgemint is live on ${url} (a new address may need a minute). This proves it:

  curl -fsS ${url}/.well-known/jwks.json
`;
}

function fail(message: string): never {
  throw new Failure(message);
}

await run(deploy);
