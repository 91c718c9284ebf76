import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/lib/project.ts';
import {
  buildSdk,
  bundle,
  bundledBytes,
  LARGEST_DPOP_SDK_BYTES,
  LARGEST_SDK_BYTES,
} from '../../scripts/lib/sdk.ts';
import { runCommand } from '../live/support/run.ts';

let folder: string;
let inputs: string[];

beforeAll(async () => {
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  folder = await mkdtemp(join(ROOT, 'dist/sdk-test-'));
  inputs = await buildSdk(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const load = (what: string) => `export ${what} from '${join(folder, 'client.js')}'`;

describe('the bundle of edgemint/client', () => {
  it('costs an app 4 KiB at most', async () => {
    const bytes = await bundledBytes(load('{ ClientError, createClient }'));
    expect(bytes).toBeLessThanOrEqual(LARGEST_SDK_BYTES);
  });

  it('costs an app half a KiB more with tokens bound to a key, and only that app', async () => {
    expect(await bundledBytes(load('*'))).toBeLessThanOrEqual(LARGEST_DPOP_SDK_BYTES);
    const plain = await bundle(load('{ ClientError, createClient }'));
    expect(new TextDecoder().decode(plain)).not.toContain('dpop+jwt');
  });

  it('holds nothing of the server, and no library', () => {
    expect(inputs.length).toBeGreaterThan(15);
    expect(inputs.filter((path) => !path.startsWith('src/sdk/'))).toEqual([]);
  });

  it('imports nothing', async () => {
    const text = await readFile(join(folder, 'client.js'), 'utf8');
    expect(text).not.toMatch(/\bimport\b|\brequire\(/);
  });

  it('leaves out what an app doesn’t import', async () => {
    const whole = await bundle(load('*'));
    const part = await bundle(load('{ ClientError }'));
    expect(part.length).toBeLessThan(whole.length / 10);
  });

  it('keeps tokens out of localStorage', async () => {
    expect(await readFile(join(folder, 'client.js'), 'utf8')).not.toContain('localStorage');
  });
});

describe('a server that renders the page', () => {
  it('may make a client, which does nothing there and keeps nothing running', async () => {
    const script = `
      const { createClient } = await import(${JSON.stringify(join(folder, 'client.js'))});
      console.log(createClient({ issuer: 'https://id.example.com' }).state().status);`;
    const { stdout, code } = await runCommand(process.execPath, ['--input-type=module', '--eval', script]);
    expect([stdout, code]).toEqual(['unknown\n', 0]);
  });
});

describe('the bundle of edgemint/react', () => {
  it('takes React from the app, and is a few lines', async () => {
    const text = await readFile(join(folder, 'react.js'), 'utf8');
    expect([...text.matchAll(/from"([^"]+)"/g)].map(([, name]) => name)).toEqual(['react']);
    expect(text.length).toBeLessThan(600);
  });
});

describe('the types', () => {
  it('are taken by a strict compiler that looks into them', async () => {
    const app = join(folder, 'app.ts');
    await writeFile(
      app,
      `import { type Change, ClientError, createClient } from './types/client.js';
      import { useSession } from './types/react.js';
      const client = createClient({ issuer: 'https://id.example.com', transport: 'memory' });
      client.onChange((change: Change) => change.type === 'signed-out' && change.reason satisfies string);
      const get: typeof fetch = client.fetch;
      useSession(client).status satisfies 'unknown' | 'signed-in' | 'signed-out';
      // @ts-expect-error: no such transport
      createClient({ issuer: '', transport: 'localStorage' });
      export const code = (error: ClientError): string => error.code;
      export { get };`,
    );
    const flags = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--types', '', '--lib', 'es2022,dom'];
    const resolution = ['--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022'];
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const command = [compiler, '--ignoreConfig', ...flags, ...resolution, app];
    const { stdout, code } = await runCommand(process.execPath, command);
    expect(stdout).toBe('');
    expect(code).toBe(0);
  }, 60_000);
});
