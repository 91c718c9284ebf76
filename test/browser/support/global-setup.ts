import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeAssets } from '../../../scripts/assets.ts';
import { buildWorker } from '../../../scripts/lib/bundle.ts';
import { ROOT } from '../../../scripts/lib/project.ts';
import { buildSdk } from '../../../scripts/lib/sdk.ts';
import { launchChromium } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    browserEndpoint: string;
    workerBundle: string;
  }
}

/** One Chromium and one build of the Worker and of the SDK for all files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = join(ROOT, 'dist/browser-worker');
  const worker = makeAssets().then(() => buildWorker(folder));
  const [browser] = await Promise.all([launchChromium(), worker, buildSdk()]);
  project.provide('browserEndpoint', browser.wsEndpoint());
  project.provide('workerBundle', join(folder, 'index.js'));
  return () => browser.close();
}
