import { dirname } from 'node:path';

/** The project's folder; every script works in it, wherever it was called from. */
export const ROOT = dirname(dirname(import.meta.dirname));
