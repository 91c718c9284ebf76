import { startMiniflareIssuer } from '../support/miniflare-issuer.ts';
import { PAGE_ORIGIN } from './browser-client.ts';
import { ISSUER } from './issuer-name.ts';
import { slowWorker } from './slow-lists.ts';

/** Serves the built Worker on workerd, with its state in a folder. Run as a process of its own, to be killed. */
const [folder = '', root = '', bundle = '', slowness] = process.argv.slice(2);

// Nobody is left behind when the driver itself is ended.
process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));

const miniflare = await startMiniflareIssuer({
  root,
  folder,
  bundle,
  ...(slowness && { around: slowWorker(JSON.parse(slowness)) }),
  bindings: { ISSUER, ALLOWED_ORIGINS: PAGE_ORIGIN, CLIENT_REGISTRATION: 'open' },
});
console.log(`serving ${await miniflare.ready}`);
