import { Failure, run } from './lib/failure.ts';
import { buildSdk, bundledBytes, LARGEST_DPOP_SDK_BYTES, LARGEST_SDK_BYTES } from './lib/sdk.ts';

/** Each as an app imports it, bundled and minified the same way. */
const CLIENTS = [
  ['edgemint/client', "export { ClientError, createClient } from 'edgemint/client'"],
  ['edgemint/client with DPoP', "export * from 'edgemint/client'"],
  ['oidc-client-ts 3.5.0', "export { UserManager } from 'oidc-client-ts'"],
  ['@auth0/auth0-spa-js 2.27.0', "export { createAuth0Client } from '@auth0/auth0-spa-js'"],
] as const;

await run(async () => {
  await buildSdk();
  for (const [name, source] of CLIENTS) {
    const bytes = await bundledBytes(source);
    console.log(
      `${name.padEnd(28)}${(bytes / 1_024).toFixed(1).padStart(6)} KiB${String(bytes).padStart(8)} bytes`,
    );
  }
  const [[, plain], [, withDpop]] = CLIENTS;
  if ((await bundledBytes(plain)) > LARGEST_SDK_BYTES) throw new Failure('The client is larger than 4 KiB');
  if ((await bundledBytes(withDpop)) > LARGEST_DPOP_SDK_BYTES)
    throw new Failure('The client with DPoP is larger than 4.5 KiB');
});
