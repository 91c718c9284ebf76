import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Two kinds of tests: what runs in the Worker is tested in workerd, the scripts are tested in Node. */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
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
          exclude: ['test/scripts/**'],
          setupFiles: ['test/support/migrations.ts'],
        },
      },
      { test: { name: 'scripts', include: ['test/scripts/**/*.test.ts'], environment: 'node' } },
    ],
  },
});
