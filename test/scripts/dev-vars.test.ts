import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureMasterKey } from '../../scripts/lib/dev-vars.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgemint-test-'));
  path = join(folder, '.dev.vars');
});
afterEach(() => rm(folder, { recursive: true }));

const KEY_LINE = /^MASTER_KEY=[\w-]{43}$/m;

describe('ensureMasterKey', () => {
  it('makes the file, for the owner alone, and then leaves it', async () => {
    expect(await ensureMasterKey(path)).toBe(true);
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(KEY_LINE);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await ensureMasterKey(path)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it.each(['OTHER=1', 'OTHER=1\n', 'OTHER=1\nMASTER_KEY=\n', 'MASTER_KEY=""\nOTHER=1\n'])(
    'adds a key to %j and keeps the other lines',
    async (before) => {
      await writeFile(path, before, { mode: 0o644 });
      expect(await ensureMasterKey(path)).toBe(true);
      const text = await readFile(path, 'utf8');
      expect(text).toMatch(/^OTHER=1$/m);
      expect(text.match(/MASTER_KEY/g)).toHaveLength(1);
      expect(text).toMatch(KEY_LINE);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    },
  );

  it('refuses a key that is none, without repeating or replacing it', async () => {
    await writeFile(path, 'MASTER_KEY=hunter2\n');
    await expect(ensureMasterKey(path)).rejects.toThrow(/^(?!.*hunter2)MASTER_KEY in \.dev\.vars/);
    expect(await readFile(path, 'utf8')).toBe('MASTER_KEY=hunter2\n');
  });

  it('ends with one key when two start at once', async () => {
    const made = await Promise.all([ensureMasterKey(path), ensureMasterKey(path)]);
    expect(made.filter(Boolean)).toHaveLength(1);
    expect((await readFile(path, 'utf8')).match(/MASTER_KEY/g)).toHaveLength(1);
  });
});
