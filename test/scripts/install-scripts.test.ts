import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../scripts/lib/project.ts';

const read = async (name: string) => JSON.parse(await readFile(join(ROOT, name), 'utf8'));

it('package.json says of each install script whether it runs, or npm warns of it', async () => {
  const { packages } = await read('package-lock.json');
  const { allowScripts } = await read('package.json');
  const names = Object.entries<{ hasInstallScript?: boolean }>(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(names).toContain('workerd');
  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(names)].sort());
});
