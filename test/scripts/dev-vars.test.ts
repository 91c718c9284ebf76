import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureSecrets } from '../../scripts/lib/dev-vars.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgemint-test-'));
  path = join(folder, '.dev.vars');
});
afterEach(() => rm(folder, { recursive: true }));

const KEY_LINES = [/^MASTER_KEY=[\w-]{43}$/m, /^RSA_KEY=[\w-]{1500,}$/m];
const BOTH = ['MASTER_KEY', 'RSA_KEY'];

describe('ensureSecrets', () => {
  it('makes the file, for the owner alone, and then leaves it', async () => {
    expect(await ensureSecrets(path)).toEqual(BOTH);
    const text = await readFile(path, 'utf8');
    for (const line of KEY_LINES) expect(text).toMatch(line);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await ensureSecrets(path)).toEqual([]);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it.each(['OTHER=1', 'OTHER=1\n', 'OTHER=1\nMASTER_KEY=\n', 'MASTER_KEY=""\nOTHER=1\n'])(
    'adds the keys to %j and keeps the other lines',
    async (before) => {
      await writeFile(path, before, { mode: 0o644 });
      expect(await ensureSecrets(path)).toEqual(BOTH);
      const text = await readFile(path, 'utf8');
      expect(text).toMatch(/^OTHER=1$/m);
      expect(text.match(/MASTER_KEY/g)).toHaveLength(1);
      for (const line of KEY_LINES) expect(text).toMatch(line);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    },
  );

  it('adds an RSA key to a file that has a master key, which stays', async () => {
    const line = `MASTER_KEY=${'a'.repeat(43)}`;
    await writeFile(path, `${line}\n`);
    expect(await ensureSecrets(path)).toEqual(['RSA_KEY']);
    expect(await readFile(path, 'utf8')).toMatch(new RegExp(`^${line}\nRSA_KEY=[\\w-]+\n$`));
  });

  it('refuses a key that is none, without repeating or replacing it', async () => {
    await writeFile(path, 'MASTER_KEY=hunter2\n');
    await expect(ensureSecrets(path)).rejects.toThrow(/^(?!.*hunter2)MASTER_KEY in \.dev\.vars/);
    expect(await readFile(path, 'utf8')).toBe('MASTER_KEY=hunter2\n');
  });

  it('ends with one key when two start at once', async () => {
    const made = await Promise.all([ensureSecrets(path), ensureSecrets(path)]);
    expect(made.filter((names) => names.length > 0)).toEqual([BOTH]);
    expect((await readFile(path, 'utf8')).match(/_KEY/g)).toHaveLength(2);
  });
});
