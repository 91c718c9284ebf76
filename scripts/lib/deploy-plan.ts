import { Failure } from './failure.ts';
import { errorLine, type WranglerResult } from './wrangler.ts';

/** What is in the account already. */
export type Deployed = { exists: boolean; secrets: readonly string[] };

/**
 * Reads the answer of `wrangler secret list`.
 *
 * @throws Failure for anything but a list or a Worker that isn't there: a guess could overwrite the key
 */
export function readSecretList(result: WranglerResult): Deployed {
  if (result.code !== 0) {
    if (/Worker "[^"]*".* not found/.test(`${result.stdout}${result.stderr}`))
      return { exists: false, secrets: [] };
    throw new Failure(`can't list the Worker's secrets: ${errorLine(result)}`);
  }
  const list = parseJson(result.stdout);
  if (!Array.isArray(list))
    throw new Failure("can't read the list of the Worker's secrets; nothing was changed");
  return { exists: true, secrets: list.map(({ name }: { name: unknown }) => String(name)) };
}

/**
 * Decides where the issuer comes from. Only a Worker that never ran may take its workers.dev address, which is known
 * after its first deploy: to deploy a running one with no issuer would stop it.
 *
 * @throws Failure where the issuer must be said
 */
export function decideIssuer(
  issuer: string | undefined,
  exists: boolean,
  hasRoutes: boolean,
): 'given' | 'learn' {
  if (issuer !== undefined) return 'given';
  if (hasRoutes) {
    throw new Failure(
      'ISSUER is empty and wrangler.toml has routes; set ISSUER = "https://<your domain>" in its [vars]',
    );
  }
  if (exists) {
    throw new Failure(
      'ISSUER is empty and the Worker exists; in wrangler.toml set ISSUER = "https://…", the address that the dashboard shows for it',
    );
  }
  return 'learn';
}

/** Finds the address in the file that wrangler writes to `WRANGLER_OUTPUT_FILE_PATH`: one JSON object a line. */
export function findWorkersDevUrl(output: string): string | undefined {
  const targets = output.split('\n').flatMap((line) => {
    const entry = parseJson(line) as { type?: unknown; targets?: unknown } | undefined;
    return entry?.type === 'deploy' && Array.isArray(entry.targets) ? entry.targets : [];
  });
  return targets.map(String).find((target) => /^https:\/\/[a-z0-9.-]+\.workers\.dev$/.test(target));
}

/** Writes the issuer into the text of a wrangler.toml, which must hold `ISSUER = ""` once. */
export function withIssuer(toml: string, issuer: string): string {
  return replaceLine(toml, /^ISSUER\s*=\s*(""|'').*$/gm, () => `ISSUER = "${issuer}"`, 'ISSUER = ""');
}

/** Writes a KV namespace's id below its binding in the text of a wrangler.toml. */
export function withNamespaceId(toml: string, binding: string, id: string): string {
  const line = new RegExp(`^binding\\s*=\\s*"${binding}".*$`, 'gm');
  return replaceLine(toml, line, (found) => `${found}\nid = "${id}"`, `binding = "${binding}"`);
}

/**
 * Finds a KV namespace that a first deploy made before it failed; wrangler would stumble over its title.
 *
 * @param list what `wrangler kv namespace list` printed
 */
export function findNamespaceId(list: string, worker: string, binding: string): string | undefined {
  const title = `${worker}-${binding.toLowerCase().replaceAll('_', '-')}`;
  const namespaces = parseJson(list);
  if (!Array.isArray(namespaces))
    throw new Failure("can't read the list of KV namespaces; nothing was changed");
  const found = namespaces.find((namespace: { title?: unknown }) => namespace.title === title);
  return typeof found?.id === 'string' && /^[\w-]+$/.test(found.id) ? found.id : undefined;
}

function replaceLine(text: string, line: RegExp, by: (found: string) => string, wanted: string): string {
  if (text.match(line)?.length !== 1)
    throw new Failure(`wrangler.toml must hold the line ${wanted} exactly once`);
  return text.replace(line, by);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
