import { describe, expect, it } from 'vitest';
import document from '../../docs/costs.md?raw';
import { createIssuer, PASSWORD } from '../support/client.ts';
import { createCountedBindings } from '../support/counting.ts';
import { GuardWorld } from '../support/guard-world.ts';

/** docs/costs.md shows each row of these tables as it was counted. */
function expectDocumented(name: string, counted: readonly (string | number)[]): void {
  expect(document).toContain(`| ${name} | ${counted.join(' | ')} |`);
}

function countWrites({ kv }: GuardWorld): number {
  return kv.count('put') + kv.count('delete');
}

describe('what a request asks of the storage', () => {
  it('from the Worker: guard calls, desk calls, D1 queries, KV operations, shard calls', async () => {
    const { vars, calls } = createCountedBindings();
    const issuer = createIssuer(vars);
    const counted = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      calls.length = 0;
      const result = await work();
      const of = (prefix: string, method = '') =>
        calls.filter((call) => call.startsWith(`${prefix}.${method}`)).length;
      expectDocumented(name, [
        of('ACCOUNT_GUARD'),
        of('PASSWORD_DESK'),
        of('DIRECTORY', 'prepare'),
        of('REFRESH_TOKENS'),
        of('STATUS_SHARD'),
      ]);
      return result;
    };
    await counted('register', () => issuer.register('counted'));
    const session = await counted('login', () => issuer.login('counted'));
    const response = await counted('refresh', () =>
      issuer.refresh(session.refresh_token, { bearer: session.access_token, key: 'k' }),
    );
    const { access_token: bearer } = await response.json<typeof session>();
    await counted('`/auth/me`', () => issuer.call('GET', '/auth/me', { bearer }));
    await counted('change of password', () =>
      issuer.call('PUT', '/auth/password', { bearer, json: { current: PASSWORD, next: `${PASSWORD} 2` } }),
    );
    await counted('logout', () => issuer.call('POST', '/auth/logout', { bearer }));
    await counted('JWKS', () => issuer.call('GET', '/.well-known/jwks.json'));
    await counted('a status list', () => issuer.call('GET', '/status/0'));
  });

  it('from the guard: rows written, KV reads, KV writes, status list calls', () =>
    GuardWorld.run('counted-guard', async (world) => {
      const { sql } = world.storage;
      const exec = sql.exec.bind(sql);
      let cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
      let statusCalls = 0;
      const { allocate, revoke } = world.status;
      world.status.allocate = () => {
        statusCalls += 1;
        return allocate.call(world.status);
      };
      world.status.revoke = (revocations) => {
        statusCalls += 1;
        return revoke.call(world.status, revocations);
      };
      sql.exec = ((...query: Parameters<typeof exec>) => {
        const cursor = exec(...query);
        cursors.push(cursor);
        return cursor;
      }) as typeof sql.exec;
      const counted = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
        cursors = [];
        statusCalls = 0;
        const [reads, writes] = [world.kv.count('get'), countWrites(world)];
        const result = await work();
        await world.settle();
        const rows = cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
        expectDocumented(name, [
          rows,
          world.kv.count('get') - reads,
          countWrites(world) - writes,
          statusCalls,
        ]);
        // As long as an access token lives.
        world.now += 600;
        return result;
      };
      // A guard's first moment makes its tables; that is left out.
      const first = await world.signIn({ isNewUser: true });
      await world.settle();
      world.now += 600;
      const grant = await counted('sign-in', () => world.signIn());
      const next = await counted('rotation', () => world.rotate(grant, 'k0'));
      await counted('the next rotation', () => world.rotate(next, 'k1'));
      await counted('repeated request', () => world.refresh(next, 'k1'));
      await counted('sign-out', () => world.guard.end(world.username, grant.sid));
      await counted('last sign-out', () => world.guard.end(world.username, first.sid));
    }));
});
