import type { Variant } from './variant.ts';

/** The worlds that are searched. */
export const VARIANTS: readonly Variant[] = [
  { name: 'two tabs', requests: 4, tabs: 'shared', restart: true },
];
