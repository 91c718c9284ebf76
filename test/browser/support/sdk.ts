import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SDK_FOLDER } from '../../../scripts/lib/sdk.ts';

/** A file of the built SDK, as an app would serve it. */
export function readSdk(name: string): Promise<string> {
  return readFile(join(SDK_FOLDER, name), 'utf8');
}
