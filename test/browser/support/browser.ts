import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';

/**
 * Connects a test file to the shared Chromium; what it opened is closed after it.
 *
 * @returns opens a context, which is a browser profile with a cookie jar of its own
 */
export function useBrowser(): (options?: BrowserContextOptions) => Promise<BrowserContext> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.connect(inject('browserEndpoint'));
  });
  afterAll(() => browser.close());
  return (options) => browser.newContext(options);
}

/**
 * Collects what a page complains of: errors on its console, exceptions, and violations of its Content-Security-Policy.
 * Call it before the page goes anywhere.
 */
export async function collectProblems(page: Page): Promise<string[]> {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  await page.exposeFunction('reportViolation', (violation: string) => problems.push(`CSP: ${violation}`));
  await page.addInitScript(() => {
    const report = Reflect.get(globalThis, 'reportViolation') as (violation: string) => void;
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      report(`${violatedDirective} forbids ${blockedURI} (${sourceFile})`);
    });
  });
  return problems;
}
