import { makeAssets } from './assets.ts';
import { checkBundle } from './lib/bundle.ts';
import { run } from './lib/failure.ts';

await run(async () => {
  // wrangler refuses to build without the assets' folder.
  await makeAssets();
  await checkBundle();
});
