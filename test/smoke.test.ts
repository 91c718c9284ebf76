import { exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('serves', async () => {
  const response = await exports.default.fetch('http://localhost/healthz');
  expect(response.status).toBe(200);
});
