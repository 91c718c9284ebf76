import { playgroundPage } from '../../pages/playground.tsx';
import { definePage } from '../page.ts';
import { hasPlayground } from '../playground.ts';
import type { Route } from '../route.ts';

/** `/`: the playground, or where there is none, one's account. */
export const playgroundRoutes: Route[] = [
  definePage('/', (c, frame) => (hasPlayground(c) ? playgroundPage(c, frame) : c.redirect('/account', 303))),
];
