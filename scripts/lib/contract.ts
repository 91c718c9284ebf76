import { build } from 'esbuild';
import { ROOT } from './project.ts';

const ENTRY = `
  import { API_ROUTES } from './src/http/app.ts';
  import { createOpenApi } from './src/http/contract/openapi.ts';
  export const contract = createOpenApi(API_ROUTES);
`;

/** Makes the API's OpenAPI document out of the Worker's own route table; Node alone can't read its pages' JSX. */
export async function buildContract(): Promise<object> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: ENTRY, resolveDir: ROOT },
    bundle: true,
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    write: false,
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  const { contract }: { contract: object } = await import(`data:text/javascript;base64,${code}`);
  return contract;
}
