import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { ROOT } from '../../../scripts/lib/project.ts';

/** How a page is looked at: on the narrowest screen that WCAG 1.4.10 asks for and on a desk, by day and by night. */
export const LOOKS: readonly { name: string; options: BrowserContextOptions }[] = (
  ['light', 'dark'] as const
).flatMap((colorScheme) =>
  [
    { name: `phone-${colorScheme}`, viewport: { width: 320, height: 780 } },
    { name: `desktop-${colorScheme}`, viewport: { width: 1280, height: 800 } },
  ].map(({ name, viewport }) => ({
    name,
    options: { colorScheme, viewport, reducedMotion: 'reduce' } as const,
  })),
);

/** Git ignores it. */
const SCREENSHOTS = join(ROOT, 'dist/screenshots');
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Keeps a picture of the whole page, for people to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Keeps a picture of the page, and holds it against WCAG 2.2 AA and its own width. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  await keepPicture(page, name);
  expect(await findViolations(page), name).toEqual([]);
  // WCAG 1.4.10: nothing scrolls sideways.
  const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(overflow), `${name} is too wide`).toBe(0);
}

type AxeNode = { html: string; failureSummary?: string };
type AxeResults = { violations: { id: string; nodes: AxeNode[] }[] };

async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const results = await page.evaluate((values) => {
    const axe = Reflect.get(globalThis, 'axe') as { run(options: object): Promise<AxeResults> };
    return axe.run({ runOnly: { type: 'tag', values } });
  }, STANDARD);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
