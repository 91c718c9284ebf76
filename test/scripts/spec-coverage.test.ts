import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/lib/project.ts';
import { withRequirements } from '../../scripts/lib/spec-coverage.ts';
import { SPECIFICATIONS } from '../conformance/requirements.ts';

describe('docs/spec-coverage.md', () => {
  it('is what `npm run spec-coverage` would write', async () => {
    const document = await readFile(join(ROOT, 'docs/spec-coverage.md'), 'utf8');
    expect(withRequirements(document)).toBe(document);
  });

  it.each(SPECIFICATIONS)(
    '$name: each requirement has a test of that title, or a reason',
    async ({ sections }) => {
      for (const evidence of sections.flatMap(([, demands]) => Object.values(demands))) {
        if ('because' in evidence) expect(evidence.because).not.toBe('');
        else {
          const { file, test } = evidence;
          const text = await readFile(join(ROOT, file), 'utf8');
          const titles = [...text.matchAll(/(?:\b(?:it|describe)\(|\)\(|^\s*\[)\s*(['"`])(.+?)\1,/gm)];
          const found = titles.filter(([, , title]) => title?.includes(test));
          expect(found, `${file}: ${test}`).not.toEqual([]);
        }
      }
    },
  );
});
