import type { Env } from '../../src/index.ts';
import { testEnv } from './client.ts';

const OBJECTS = ['ACCOUNT_GUARD', 'PASSWORD_DESK', 'PROOF_DESK', 'STATUS_SHARD'] as const;
const STORES = ['DIRECTORY', 'REFRESH_TOKENS'] as const;

type Methods = Record<string, (...args: unknown[]) => unknown>;

/**
 * The storage bindings, with each call that the Worker makes noted, for example `ACCOUNT_GUARD.refresh`, and the rows that
 * D1 wrote for it.
 */
export function createCountedBindings(): { vars: Partial<Env>; calls: string[]; d1: { rows: number } } {
  const calls: string[] = [];
  const d1 = { rows: 0 };
  const note = (name: string) => (method: string) => calls.push(`${name}.${method}`);
  const counted = {
    DIRECTORY: countedDatabase(testEnv.DIRECTORY, d1),
    REFRESH_TOKENS: testEnv.REFRESH_TOKENS,
  };
  const stores = STORES.map((name) => [name, watched(counted[name], note(name))]);
  const objects = OBJECTS.map((name) => {
    const getByName = (id: string) => watched(testEnv[name].getByName(id), note(name));
    return [name, { getByName }];
  });
  return { vars: Object.fromEntries([...stores, ...objects]) as Partial<Env>, calls, d1 };
}

/** What a database writes, as it says itself in what it answers to whatever runs a statement. */
function countedDatabase(database: D1Database, counted: { rows: number }): object {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const note = <T extends D1Result>(result: T): T => {
    counted.rows += result.meta.rows_written;
    return result;
  };
  const wrap = (statement: D1PreparedStatement) => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      run: async () => note(await statement.run()),
      all: async () => note(await statement.all()),
      // By itself it doesn't tell what it wrote. No statement names two columns alike.
      raw: async () => note(await statement.all()).results.map(Object.values),
    };
    originals.set(wrapped, statement);
    return wrapped;
  };
  return {
    prepare: (query: string) => wrap(database.prepare(query)),
    batch: async (statements: object[]) => {
      const all = statements.map((each) => originals.get(each) as D1PreparedStatement);
      return (await database.batch(all)).map(note);
    },
  };
}

/** Counts the rows that an object's own tables are written, and the alarms it sets. */
export function countWrites({ storage }: { storage: DurableObjectStorage }) {
  const exec = storage.sql.exec.bind(storage.sql);
  const setAlarm = storage.setAlarm.bind(storage);
  let cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  let alarms = 0;
  storage.sql.exec = ((...query: Parameters<typeof exec>) => {
    const cursor = exec(...query);
    cursors.push(cursor);
    return cursor;
  }) as typeof storage.sql.exec;
  storage.setAlarm = (...alarm) => {
    alarms += 1;
    return setAlarm(...alarm);
  };
  return {
    reset() {
      cursors = [];
      alarms = 0;
    },
    rows: () => cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
    alarms: () => alarms,
  };
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
