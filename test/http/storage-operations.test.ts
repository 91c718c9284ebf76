import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import document from '../../docs/costs.md?raw';
import { PasswordDesk } from '../../src/adapters/password-desk/password-desk.ts';
import { hashPassword } from '../../src/adapters/password-desk/scrypt.ts';
import { StatusShard } from '../../src/adapters/status-shard/status-shard.ts';
import { createVerifier } from '../../src/verify/index.ts';
import { createIssuer, PASSWORD } from '../support/client.ts';
import { countWrites, createCountedBindings } from '../support/counting.ts';
import { GuardWorld } from '../support/guard-world.ts';

/** docs/costs.md shows each row of these tables as it was counted. */
function expectDocumented(name: string, counted: readonly (string | number)[]): void {
  expect(document).toContain(`| ${name} | ${counted.join(' | ')} |`);
}

function countPuts({ kv }: GuardWorld): number {
  return kv.count('put') + kv.count('delete');
}

describe('what a request asks of the storage', () => {
  it('from the Worker: guard calls, desk calls, D1 queries and rows written, KV operations, shard calls', async () => {
    const { vars, calls, d1 } = createCountedBindings();
    const issuer = createIssuer(vars);
    const counted = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      calls.length = 0;
      d1.rows = 0;
      const result = await work();
      const of = (prefix: string, method = '') =>
        calls.filter((call) => call.startsWith(`${prefix}.${method}`)).length;
      expectDocumented(name, [
        of('ACCOUNT_GUARD'),
        of('PASSWORD_DESK'),
        of('DIRECTORY', 'prepare'),
        d1.rows,
        of('REFRESH_TOKENS'),
        of('STATUS_SHARD'),
      ]);
      return result;
    };
    // Each isolate of the issuer keeps a list for seconds: the API's is another one.
    const elsewhere = createIssuer(vars);
    const verifier = createVerifier({
      issuer: issuer.origin,
      audience: issuer.origin,
      fetch: (url) => elsewhere.call('GET', url.slice(issuer.origin.length)),
    });
    await counted('register', () => issuer.register('counted'));
    const session = await counted('login', () => issuer.login('counted'));
    const response = await counted('refresh', () =>
      issuer.refresh(session.refresh_token, { bearer: session.access_token, key: 'k' }),
    );
    const { access_token: bearer } = await response.json<typeof session>();
    const verify = async () => expect(await verifier.verify(bearer)).toMatchObject({ ok: true });
    await counted('`edgemint/verify`, with no keys and no list yet', verify);
    await counted('`edgemint/verify`, afterwards', verify);
    await counted('`/auth/me`', () => issuer.call('GET', '/auth/me', { bearer }));
    await counted('change of password', () =>
      issuer.call('PUT', '/auth/password', { bearer, json: { current: PASSWORD, next: `${PASSWORD} 2` } }),
    );
    await counted('logout', () => issuer.call('POST', '/auth/logout', { bearer }));
    await counted('JWKS', () => issuer.call('GET', '/.well-known/jwks.json'));
    await counted('a status list', () => issuer.call('GET', '/status/0'));
  });

  it('from the guard: rows written, alarms set, KV reads, KV writes, status list calls', () =>
    GuardWorld.run('counted-guard', async (world) => {
      const written = countWrites(world);
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
      const counted = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
        written.reset();
        statusCalls = 0;
        const [reads, puts] = [world.kv.count('get'), countPuts(world)];
        const result = await work();
        await world.settle();
        expectDocumented(name, [
          written.rows(),
          written.alarms(),
          world.kv.count('get') - reads,
          countPuts(world) - puts,
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

  it('from the desk: rows written, alarms set', () =>
    runInDurableObject(env.PASSWORD_DESK.getByName('counted'), async (_, state) => {
      let now = 4_000_000_000;
      const desk = new PasswordDesk<unknown>(state, {}, () => now);
      const written = countWrites(state);
      const counted = async (name: string, work: () => Promise<unknown>) => {
        written.reset();
        await work();
        expectDocumented(name, [written.rows(), written.alarms()]);
      };
      const passwordHash = hashPassword(PASSWORD);
      const check = (password: string) => desk.check({ bucket: 'b', password, passwordHash });
      await counted('a right password', () => check(PASSWORD));
      await state.storage.deleteAlarm();
      now += 86_400;
      await counted('forgetting it', () => desk.alarm());
      await counted('a wrong password', () => check('wrong'));
    }));

  it('from a status list: rows written, alarms set', () =>
    runInDurableObject(env.STATUS_SHARD.getByName('counted'), (_, state) => {
      const now = 4_000_000_000;
      const shard = new StatusShard<unknown>(state, {}, () => now);
      shard.allocate(now + 600);
      const written = countWrites(state);
      const counted = (name: string, work: () => unknown) => {
        written.reset();
        work();
        expectDocumented(name, [written.rows(), written.alarms()]);
      };
      counted('a place for a sign-in', () => shard.allocate(now + 600));
      counted('the bit of a session that ended', () => shard.revoke([{ index: 0, until: now + 600 }]));
    }));
});
