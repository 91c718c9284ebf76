import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Client, createIssuer, type Tokens } from '../support/client.ts';
import { GuardWorld } from '../support/guard-world.ts';
import { expectProblem } from '../support/problem.ts';
import { report } from '../support/report.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  return () => vi.useRealTimers();
});

/** The Worker over HTTP, on one guard whose KV and clock the test holds in its hands. */
class Issuer {
  readonly world: GuardWorld;
  readonly client: Client;

  constructor(world: GuardWorld) {
    this.world = world;
    this.client = createIssuer({ ACCOUNT_GUARD: { getByName: () => world.guard } as never });
    this.#setClock();
  }

  async pass(seconds: number): Promise<void> {
    await this.world.pass(seconds);
    this.#setClock();
  }

  async renew(tokens: Tokens): Promise<Tokens> {
    const response = await this.client.refresh(tokens.refresh_token, { key: `key-${tokens.generation}` });
    expect(response.status).toBe(200);
    return response.json<Tokens>();
  }

  async signOut(tokens: Tokens): Promise<void> {
    const json = { refresh_token: tokens.refresh_token };
    expect((await this.client.call('POST', '/auth/logout', { json })).status).toBe(204);
  }

  /** The sessions that KV shows, each with its generation, oldest first. */
  recorded(): string[] {
    return (this.world.record()?.sessions ?? []).map(({ sid, generation }) => `${sid} ${generation}`);
  }

  #setClock(): void {
    vi.setSystemTime(this.world.now * 1_000);
  }
}

function shown(...all: Tokens[]): string[] {
  return all.map(({ session, generation }) => `${session} ${generation}`);
}

function expectSpacedWrites(world: GuardWorld): void {
  const times = world.kv.calls.filter(({ kind }) => kind !== 'get').map(({ at }) => at);
  for (const [index, at] of times.entries())
    if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(1);
}

const DOWN = new Error('KV PUT failed: 500 Internal Server Error');

describe('with KV refusing every call for ten minutes', () => {
  it('people sign in, go on and sign out, and the record catches up without help', () =>
    GuardWorld.run('outage-http', async (world) => {
      const issuer = new Issuer(world);
      let first = await issuer.client.register(world.username);
      const leaving = await issuer.client.login(world.username);
      await issuer.pass(2);
      const before = world.kv.calls.length;
      world.kv.outage = DOWN;
      for (let minute = 1; minute <= 10; minute += 1) {
        await issuer.pass(60);
        first = await issuer.renew(first);
        if (minute === 5) await issuer.signOut(leaving);
      }
      const second = await issuer.client.login(world.username);
      await expectProblem(await issuer.client.refresh(leaving.refresh_token), 400, 'invalid_grant');
      const calls = world.kv.calls.length - before;
      expect(calls).toBeLessThan(30);
      world.kv.outage = undefined;
      const backAt = world.now;
      while (issuer.recorded().join() !== shown(first, second).join() && world.now < backAt + 1_200)
        await issuer.pass(1);
      expect(issuer.recorded()).toEqual(shown(first, second));
      expectSpacedWrites(world);
      report(
        `ten minutes without KV: 10 refreshes, a sign-in and a sign-out answered as ever; KV was asked ${calls} times`,
      );
      report(`its record was up to date ${Math.round(world.now - backAt)} s after KV was back`);
    }));

  it('and then lands a put that was taken for failed: the newer record comes back over it', () =>
    GuardWorld.run('late-landing-http', async (world) => {
      const issuer = new Issuer(world);
      let tokens = await issuer.client.register(world.username);
      await issuer.pass(2);
      const late = world.kv.values.get(world.username) ?? '';
      world.kv.outage = DOWN;
      tokens = await issuer.renew(tokens);
      await issuer.pass(2);
      world.kv.outage = undefined;
      await issuer.pass(10);
      expect(issuer.recorded()).toEqual(shown(tokens));
      world.kv.values.set(world.username, late);
      const landedAt = world.now;
      while (issuer.recorded().join() !== shown(tokens).join() && world.now < landedAt + 120)
        await issuer.pass(1);
      expect(issuer.recorded()).toEqual(shown(tokens));
      report(`a put that landed late over a newer record was mended after ${world.now - landedAt} s`);
    }));

  it('and the guard’s storage lost on top: nothing is answered that could be wrong, and then all goes on', () =>
    GuardWorld.run('outage-and-loss', async (world) => {
      const issuer = new Issuer(world);
      let tokens = await issuer.client.register(world.username);
      const ended = await issuer.client.login(world.username);
      await issuer.signOut(ended);
      await issuer.pass(2);
      world.kv.outage = DOWN;
      tokens = await issuer.renew(tokens);
      const ahead = await issuer.renew(tokens);
      await world.loseStorage();
      for (const { refresh_token } of [ahead, tokens, ended]) {
        const answer = await issuer.client.refresh(refresh_token, { key: 'key-2' });
        await expectProblem(answer.clone() as Response, 503, 'temporarily_unavailable');
        expect(answer.headers.get('retry-after')).toBe('1');
      }
      world.kv.outage = undefined;
      const next = await issuer.renew(ahead);
      expect(next.generation).toBe(3);
      await expectProblem(await issuer.client.refresh(ended.refresh_token), 400, 'invalid_grant');
      // A fork would be a second line from an older token.
      const thief = await issuer.client.refresh(tokens.refresh_token, { key: 'thief' });
      await expectProblem(thief, 400, 'invalid_grant');
      await expectProblem(await issuer.client.refresh(next.refresh_token), 400, 'invalid_grant');
      report(
        'storage lost in the outage: 503 until KV was back; then no ended session lived, and no session forked',
      );
    }));
});

describe('an operator’s delete of the key', () => {
  it('ends the user’s sessions at the second look, and spares one opened since', () =>
    GuardWorld.run('operator-http', async (world) => {
      const issuer = new Issuer(world);
      let tokens = await issuer.client.register(world.username);
      await issuer.pass(600);
      world.kv.values.delete(world.username);
      const deletedAt = world.now;
      tokens = await issuer.renew(tokens);
      await issuer.pass(1);
      const since = await issuer.client.login(world.username);
      while ((await issuer.client.call('GET', '/auth/me', { bearer: tokens.access_token })).status === 200) {
        expect(world.now - deletedAt).toBeLessThan(400);
        await issuer.pass(1);
      }
      await expectProblem(await issuer.client.refresh(tokens.refresh_token), 400, 'invalid_grant');
      const next = await issuer.renew(since);
      await issuer.pass(2);
      expect(issuer.recorded()).toEqual(shown(next));
      report(
        `an operator's delete signed the user out ${Math.round(world.now - 2 - deletedAt)} s after the next refresh`,
      );
    }));
});
