// Runs on any Node, before the TypeScript that needs the one in node_modules.
import { existsSync } from 'node:fs';

const missing = ['node', 'wrangler'].some((name) => !existsSync(`node_modules/.bin/${name}`));
if (missing) {
  console.error('edgemint: node_modules is missing or incomplete; run "npm ci" first.');
  process.exit(1);
}
