import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { SETTING_DEFAULTS } from './src/core/settings/settings.ts';

/** What runs in the Worker is tested in workerd, the scripts in Node, `npm start` from outside, and pages in Chromium. */
export default defineConfig({
  test: {
    // The log of a test that passes is noise.
    silent: 'passed-only',
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                // Nothing of a developer's .dev.vars gets in here.
                ...SETTING_DEFAULTS,
                MASTER_KEY_PREVIOUS: '',
                RSA_KEY: '',
                MASTER_KEY: 'bm90LWEtc2VjcmV0LW9ubHktZm9yLXRlc3RzLW5ldmVyLWRlcGxveWVk',
                FAILURE_DELAY: '0s',
                ALLOWED_ORIGINS: 'https://app.example.com',
                TEST_MIGRATIONS: await readD1Migrations('src/adapters/directory/migrations'),
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: ['test/scripts/**', 'test/live/**', 'test/browser/**', 'test/sdk/**'],
          setupFiles: ['test/support/migrations.ts'],
          // Real scrypt and thousands of sessions: seconds on a quiet machine, many on a busy one.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'scripts',
          // An API's verifier runs on Node as well as on Workers; the SDK's core on anything with `fetch`.
          include: ['test/scripts/**/*.test.ts', 'test/verify/**/*.test.ts', 'test/sdk/**/*.test.ts'],
          environment: 'node',
          expect: { poll: { timeout: 50_000 } },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file starts an issuer: one after another is quick enough, and kind to a small machine.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['test/browser/support/global-setup.ts'],
          expect: { poll: { timeout: 50_000 } },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
