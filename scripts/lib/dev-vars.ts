import { chmod, readFile, writeFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { Failure } from './failure.ts';
import { SECRETS, type Secret } from './secrets.ts';

const OWNER_ONLY = 0o600;

/**
 * Sees to it that a `.dev.vars` file holds every secret; one that is there stays, and so does every other line.
 *
 * @returns the names of those that were made
 * @throws Failure if a secret that is there is none
 */
export async function ensureSecrets(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(absent);
  const present = text === undefined ? {} : parseEnv(text);
  const missing = SECRETS.filter((secret) => !isPresent(secret, present[secret.name]));
  if (missing.length === 0) return [];
  const made = missing.map((secret) => `${secret.name}=${secret.draw()}\n`).join('');
  const names = missing.map((secret) => secret.name);
  if (text === undefined) return (await create(path, made)) ? names : [];
  const empty = new RegExp(`^\\s*(export\\s+)?(${names.join('|')})\\s*=`);
  const before = text
    .split('\n')
    .filter((line) => !empty.test(line))
    .join('\n');
  await writeFile(path, `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${made}`);
  await chmod(path, OWNER_ONLY);
  return names;
}

function isPresent({ name, form, isGood }: Secret, value: string | undefined): boolean {
  if (!value) return false;
  if (isGood(value)) return true;
  throw new Failure(`${name} in .dev.vars is not ${form}; mend or remove that line`);
}

/** Two starts at once must end with one key: the second to create the file takes the first one's. */
async function create(path: string, lines: string): Promise<boolean> {
  try {
    await writeFile(path, lines, { mode: OWNER_ONLY, flag: 'wx' });
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  }
}

function absent(fault: NodeJS.ErrnoException): undefined {
  if (fault.code !== 'ENOENT') throw fault;
}
