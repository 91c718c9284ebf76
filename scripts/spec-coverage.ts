import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './lib/failure.ts';
import { ROOT } from './lib/project.ts';
import { withRequirements } from './lib/spec-coverage.ts';

const DOCUMENT = join(ROOT, 'docs/spec-coverage.md');

/** Writes the table of `test/conformance` into docs/spec-coverage.md. */
await run(async () => {
  await writeFile(DOCUMENT, withRequirements(await readFile(DOCUMENT, 'utf8')));
});
