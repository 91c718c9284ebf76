import { expect, it } from 'vitest';
import { keepServing } from '../../scripts/lib/dev-server.ts';

it('ends as wrangler ends, where it can not serve', async () => {
  const code = await keepServing(['dev', '--no-such-flag'], {}, () => {});
  expect(code).toBe(1);
}, 60_000);
