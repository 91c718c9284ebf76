import type { Env } from '../../src/index.ts';
import { testEnv } from './client.ts';

const OBJECTS = ['ACCOUNT_GUARD', 'PASSWORD_DESK', 'PROOF_DESK', 'STATUS_SHARD'] as const;
const STORES = ['DIRECTORY', 'REFRESH_TOKENS'] as const;

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** The storage bindings, with each call that the Worker makes noted, for example `ACCOUNT_GUARD.refresh`. */
export function createCountedBindings(): { vars: Partial<Env>; calls: string[] } {
  const calls: string[] = [];
  const note = (name: string) => (method: string) => calls.push(`${name}.${method}`);
  const stores = STORES.map((name) => [name, watched(testEnv[name], note(name))]);
  const objects = OBJECTS.map((name) => {
    const getByName = (id: string) => watched(testEnv[name].getByName(id), note(name));
    return [name, { getByName }];
  });
  return { vars: Object.fromEntries([...stores, ...objects]) as Partial<Env>, calls };
}

function watched(target: object, note: (method: string) => void): unknown {
  return new Proxy(target, {
    get: (_, property) => {
      const method = String(property);
      // A stub makes its methods on the fly, so they are called on the stub itself.
      return (...args: unknown[]) => {
        note(method);
        return (target as Methods)[method]?.(...args);
      };
    },
  });
}
