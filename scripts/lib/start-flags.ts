import { parseArgs } from 'node:util';

export const DEFAULT_PORT = 8787;

/** What `npm start` must know of the flags that it hands to `wrangler dev`. */
export type StartFlags = {
  port: number;
  host: string;
  /** For `wrangler dev`: everything given, and our own default for what was not. */
  dev: string[];
  /** For `wrangler d1 migrations apply`: where the state is, or the two would not share it. */
  migrations: string[];
};

/** Flags that say which state and which configuration is meant. */
const SHARED = ['persist-to', 'config', 'env'] as const;

/** Reads the flags given to `npm start --`; those it doesn't know go through to wrangler untouched. */
export function parseStartFlags(args: readonly string[]): StartFlags {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      port: { type: 'string' },
      ip: { type: 'string' },
      'inspector-port': { type: 'string' },
      'persist-to': { type: 'string' },
      config: { type: 'string', short: 'c' },
      env: { type: 'string', short: 'e' },
    },
  });
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  const given = (name: string) => text(name) !== undefined;
  const port = Number(text('port') ?? DEFAULT_PORT);
  return {
    port,
    host: text('ip') ?? 'localhost',
    dev: [
      ...args,
      ...(given('port') ? [] : ['--port', String(port)]),
      ...(given('inspector-port') ? [] : ['--inspector-port', '0']),
      '--show-interactive-dev-session=false',
    ],
    migrations: SHARED.flatMap((name) => (given(name) ? [`--${name}`, String(text(name))] : [])),
  };
}
