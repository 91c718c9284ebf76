import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Lends secrets to a command as a file that only the owner can read and that is gone afterwards. A pipe would not
 * touch the disk, but wrangler reads secrets for a deploy from a file only.
 */
export async function withSecretsFile<T>(
  secrets: Readonly<Record<string, string>>,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'edgemint-'));
  const path = join(folder, 'secrets.json');
  try {
    await writeFile(path, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' });
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
