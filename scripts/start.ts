import { createServer } from 'node:net';
import { join } from 'node:path';
import { makeAssets } from './assets.ts';
import { keepServing } from './lib/dev-server.ts';
import { ensureSecrets } from './lib/dev-vars.ts';
import { Failure, run } from './lib/failure.ts';
import { ROOT } from './lib/project.ts';
import { parseStartFlags, type StartFlags } from './lib/start-flags.ts';
import { errorLine, wrangler } from './lib/wrangler.ts';

/** Nothing here needs the network: `Request.cf` is made up, and no hint is printed for agents or tools. */
const OFFLINE = { CLOUDFLARE_CF_FETCH_ENABLED: 'false', X_LOCAL_EXPLORER: 'false' };

async function start(): Promise<void> {
  const flags = parseStartFlags(process.argv.slice(2));
  await checkPort(flags);
  await makeAssets();
  const made = await ensureSecrets(join(ROOT, '.dev.vars'));
  if (made.length > 0) console.log(`.dev.vars: made a random ${made.join(' and ')}`);
  await migrate(flags);
  const tell = once((port) => console.log(whatNext(flags, port)));
  process.exitCode = await keepServing(['dev', ...flags.dev], OFFLINE, tell);
}

/** wrangler would go on and fail late, with a stack; so ask first. */
async function checkPort({ port, host }: StartFlags): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Failure('--port must be a number from 0 to 65535');
  }
  if (port === 0) return;
  const hosts = host === 'localhost' ? ['127.0.0.1', '::1'] : [host === '*' ? '0.0.0.0' : host];
  for (const each of hosts) {
    const code = await probe(port, each);
    if (code === 'EADDRINUSE') {
      throw new Failure(
        `port ${port} is taken; stop what listens there, or run: npm start -- --port ${port + 1}`,
      );
    }
    if (code === 'EACCES') throw new Failure(`port ${port} needs more rights; run: npm start -- --port 8787`);
  }
}

/** Tries to listen; an error that says nothing about the port (no IPv6 here, say) is left to wrangler. */
function probe(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (fault: NodeJS.ErrnoException) => resolve(fault.code));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function migrate(flags: StartFlags): Promise<void> {
  const result = await wrangler(['d1', 'migrations', 'apply', 'DIRECTORY', '--local', ...flags.migrations], {
    env: OFFLINE,
  });
  if (result.code !== 0) throw new Failure(`the D1 migrations failed: ${errorLine(result)}`);
  console.log('D1: migrations applied');
}

function whatNext({ dev, host }: StartFlags, port: number): string {
  const https = dev.join(' ').match(/--local-protocol[= ]https/) !== null;
  const name = ['*', '0.0.0.0', '::', '127.0.0.1', '::1'].includes(host) ? 'localhost' : host;
  const url = `${https ? 'https' : 'http'}://${name}:${port}`;
  return `
edgemint serves on ${url}

  See it:      ${url}/ the playground: rotation, theft and lost answers, to watch
  Try it:      curl ${https ? '-k ' : ''}${url}/auth/register -H 'content-type: application/json' -d '{"username":"alice","password":"kumquat oboe 42 zither"}'
  Read it:     ${url}/docs
  Stop it:     Ctrl-C; the state stays
`;
}

/** What to do next is news at the first start only, not after a crash. */
function once(tell: (port: number) => void): (port: number) => void {
  let told = false;
  return (port) => {
    if (!told) tell(port);
    told = true;
  };
}

await run(start);
