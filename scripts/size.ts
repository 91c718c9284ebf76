import { makeAssets } from './assets.ts';
import { checkBundle } from './lib/bundle.ts';
import { run } from './lib/failure.ts';
import { ENTRIES, type EntryName, gzipBytesOf } from './lib/package.ts';

await run(async () => {
  // wrangler refuses to build without the assets' folder.
  await makeAssets();
  await checkBundle();
  for (const name of Object.keys(ENTRIES) as EntryName[]) {
    const kibibytes = ((await gzipBytesOf(name)) / 1_024).toFixed(1);
    console.log(`${name}: ${kibibytes} KiB gzipped, beside ${ENTRIES[name].beside.join(' and ')}`);
  }
});
