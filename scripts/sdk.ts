import { run } from './lib/failure.ts';
import { buildSdk } from './lib/sdk.ts';

await run(buildSdk);
