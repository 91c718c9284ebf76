import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gzipBytesOf } from '../../scripts/lib/package.ts';
import { ROOT } from '../../scripts/lib/project.ts';

/** What an API pays for the verifier, beside jose. */
const LARGEST_GZIP_BYTES = 12 * 1_024;

describe('edgemint/verify stays small', () => {
  it.each(['edgemint/verify', 'edgemint/verify/hono'] as const)('%s', async (name) => {
    const bytes = await gzipBytesOf(name);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(LARGEST_GZIP_BYTES);
  });

  it('and the README says how small', async () => {
    const kibibytes = ((await gzipBytesOf('edgemint/verify')) / 1_024).toFixed(1);
    expect(await readFile(join(ROOT, 'README.md'), 'utf8')).toContain(`it is ${kibibytes} KiB`);
  });
});
