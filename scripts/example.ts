import { createServer } from 'node:http';
import { bundleExample, type ExampleName, isExample } from './lib/example.ts';
import { Failure, run } from './lib/failure.ts';
import { buildSdk } from './lib/sdk.ts';

const PORT = 5_173;

/** `npm run example [vanilla|react]`: serves an example, for a look at it. */
await run(async () => {
  const name: string = process.argv[2] ?? 'vanilla';
  if (!isExample(name)) throw new Failure(`there is no example ${name}; try vanilla or react`);
  await buildSdk();
  await serve(name);
});

async function serve(name: ExampleName): Promise<void> {
  const files = await bundleExample(name);
  const server = createServer(({ url }, response) => {
    const file = files[url ?? ''];
    if (!file) return void response.writeHead(404).end();
    const type = url?.endsWith('.js') ? 'text/javascript' : 'text/html';
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(file);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) => reject(new Failure(`${message}; stop what listens there`)));
    server.listen(PORT, 'localhost', resolve);
  });
  console.log(`example ${name}: http://localhost:${PORT}`);
}
