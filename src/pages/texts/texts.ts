import type { en } from './en.ts';

/**
 * What the pages say in one language; the English texts set the form. `npm run assets` writes each language to a static
 * asset, and it is read when a page is first shown in it.
 */
export type Texts = typeof en;

/** Puts values into the places of a text, such as `{seconds}`; a value is never read as a place itself. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}
