import { run } from './lib/failure.ts';
import { buildPackage } from './lib/package.ts';

/** `npm run build`: what other projects import from this package, in dist/package. */
await run(buildPackage);
