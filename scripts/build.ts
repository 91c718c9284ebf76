import { run } from './lib/failure.ts';
import { buildPackage } from './lib/package.ts';
import { buildSdk } from './lib/sdk.ts';

/** `npm run build`: what other projects import from this package, in dist/package and dist/sdk. */
await run(async () => {
  await buildPackage();
  await buildSdk();
});
