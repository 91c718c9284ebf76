import { chmod, readFile, writeFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { parseMasterKey } from '../../src/core/settings/master-key.ts';
import { Failure } from './failure.ts';
import { drawMasterKey } from './master-key.ts';

const OWNER_ONLY = 0o600;

/**
 * Sees to it that a `.dev.vars` file holds a `MASTER_KEY`; one that is there stays, and so does every other line.
 *
 * @returns whether a key was made
 * @throws Failure if the key that is there is no such key
 */
export async function ensureMasterKey(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(absent);
  const present = text === undefined ? undefined : parseEnv(text).MASTER_KEY;
  if (present) {
    if (parseMasterKey(present)) return false;
    throw new Failure(
      'MASTER_KEY in .dev.vars is not base64url of 32 bytes or more; mend or remove that line',
    );
  }
  const line = `MASTER_KEY=${drawMasterKey()}\n`;
  if (text === undefined) return create(path, line);
  const others = text.split('\n').filter((each) => !/^\s*(export\s+)?MASTER_KEY\s*=/.test(each));
  const before = others.join('\n');
  await writeFile(path, `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}`);
  await chmod(path, OWNER_ONLY);
  return true;
}

/** Two starts at once must end with one key: the second to create the file takes the first one's. */
async function create(path: string, line: string): Promise<boolean> {
  try {
    await writeFile(path, line, { mode: OWNER_ONLY, flag: 'wx' });
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  }
}

function absent(fault: NodeJS.ErrnoException): undefined {
  if (fault.code !== 'ENOENT') throw fault;
}
