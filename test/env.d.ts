import type { D1Migration } from 'cloudflare:test';
import type { Env as WorkerEnv } from '../src/index.ts';

/** What `cloudflare:workers` hands to the tests: the Worker's own environment and exports. */
declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      TEST_MIGRATIONS: D1Migration[];
    }
    interface GlobalProps {
      mainModule: typeof import('../src/index.ts');
    }
  }
}
