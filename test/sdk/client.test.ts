import { expect, it, vi } from 'vitest';
import { SETTING_DEFAULTS } from '../../src/core/settings/settings.ts';
import { createClient } from '../../src/sdk/client.ts';
import { backoffMs } from '../../src/sdk/core/backoff.ts';

const RETRY_WINDOW_MS = Number.parseInt(SETTING_DEFAULTS.RETRY_WINDOW, 10) * 1_000;

it('repeats a request that hangs while the issuer still takes a repeat without a key for one', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort());
  const client = createClient({ issuer: 'https://id.example.com' });
  const login = client.login({ username: 'ada', password: '' });
  await expect(login).rejects.toMatchObject({ code: 'network' });
  client.close();
  const [milliseconds = Number.NaN] = timeout.mock.calls[0] ?? [];
  expect(milliseconds + (backoffMs(1, 1, 0) ?? 0)).toBeLessThan(RETRY_WINDOW_MS - 1_000);
});
