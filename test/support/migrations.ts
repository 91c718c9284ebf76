import { applyD1Migrations, type D1Migration } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

const { DIRECTORY, TEST_MIGRATIONS } = env as unknown as { DIRECTORY: D1Database; TEST_MIGRATIONS: D1Migration[] };

await applyD1Migrations(DIRECTORY, TEST_MIGRATIONS);
