import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTING_DEFAULTS } from '../../src/core/settings/settings.ts';
import { readTree } from '../support/source-tree.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

describe('the documents', () => {
  it.each([
    'README.md',
    'docs/deploy.md',
    'docs/costs.md',
    'docs/oauth.md',
    'docs/operations.md',
    'docs/schemes.md',
    'docs/storage.md',
    'docs/spec-coverage.md',
    'docs/proof.md',
    'docs/histories.md',
    'docs/verifying.md',
    'docs/revocation.md',
  ])('%s names only files that exist', async (path) => {
    const text = await read(path);
    const named = [...text.matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+)`/g)].map(
      ([, name]) => name ?? '',
    );
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, name]) =>
      join(dirname(path), name ?? ''),
    );
    expect([...named, ...linked].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('docs/operations.md explains every event of the log, and no others', async () => {
    const text = await read('docs/operations.md');
    const [, events = ''] = text.split('## What the events say');
    const rows = [...events.matchAll(/^\| (`[a-z_]+`(?:, `[a-z_]+`)*) \|/gm)].map(([, names = '']) => names);
    const explained = rows.flatMap((names) => [...names.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name));
    const logged = [...readTree('src').values()].flatMap((source) =>
      [...source.matchAll(/\bevent: '([a-z_]+)'/g)].map(([, name]) => name),
    );
    expect(new Set(explained)).toEqual(new Set(logged));
  });

  it('the README and wrangler.toml show each setting with its default', async () => {
    const [readme, config] = await Promise.all([read('README.md'), read('wrangler.toml')]);
    for (const [name, value] of Object.entries(SETTING_DEFAULTS)) {
      expect(config).toContain(`\n${name} = "${value}"`);
      expect(readme).toContain(`| \`${name}\` | ${value === '' ? 'empty' : `\`${value}\``} |`);
    }
  });
});
