import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDirectory } from '../../src/adapters/directory/d1-directory.ts';
import type { Grant } from '../../src/core/account/accounts.ts';
import { GuardWorld } from '../support/guard-world.ts';

const directory = createDirectory(env.DIRECTORY);
const step = fc.constantFrom(
  ...(['register', 'sign in', 'change', 'outage', 'recover', 'put back', 'pass', 'evict'] as const),
);

/** After which a guard takes up a change that was interrupted. */
const LONGEST_PAUSE_SECONDS = 3_600;

/** One name and whoever has it, one after another: each time D1 loses the name it is another user's. */
class Name {
  readonly #world: GuardWorld;
  /** Users so far. */
  #users = 0;
  readonly #grants: { user: number; grant: Grant }[] = [];

  constructor(world: GuardWorld) {
    this.#world = world;
    world.realDirectory = directory;
  }

  async happen(what: typeof step extends fc.Arbitrary<infer S> ? S : never): Promise<void> {
    const world = this.#world;
    world.now += 0.2;
    if (what === 'register') await this.#register();
    if (what === 'sign in') await this.#signIn();
    if (what === 'change') await this.#change();
    if (what === 'outage') world.directoryFault = new Error('D1 is down');
    if (what === 'recover') world.directoryFault = undefined;
    if (what === 'put back')
      await env.DIRECTORY.prepare('DELETE FROM users WHERE username = ?').bind(world.username).run();
    if (what === 'pass') await world.pass(10);
    if (what === 'evict') world.evict();
    const user = await directory.find(world.username);
    if (user) expect(user.passwordHash).toMatch(new RegExp(`^of ${this.#users}:`));
  }

  /** It works, whatever the guard knows of earlier users, whose sessions are over then. */
  async #register(): Promise<void> {
    const world = this.#world;
    const user = await directory.add(world.username, `of ${this.#users + 1}: first`, world.now);
    if (!user) return;
    this.#users += 1;
    const { credentialsVersion } = user;
    const grant = await world.signIn({ credentialsVersion, isNewUser: true });
    for (const each of this.#grants)
      expect(await world.guard.isLive(world.username, each.grant.sid)).toBe(false);
    this.#grants.push({ user: this.#users, grant });
  }

  async #signIn(): Promise<void> {
    const world = this.#world;
    const user = await directory.find(world.username);
    if (!user) return;
    const outcome = await world.trySignIn({ credentialsVersion: user.credentialsVersion });
    if (outcome.kind === 'opened') this.#grants.push({ user: this.#users, grant: outcome.grant });
    else await this.#expectChange();
  }

  /** Nothing stands in a user's way but a change of credentials that D1 hasn't heard of yet, and will. */
  async #expectChange(): Promise<void> {
    const world = this.#world;
    if (world.directoryFault) return;
    await world.pass(LONGEST_PAUSE_SECONDS);
    const user = await directory.find(world.username);
    await world.signIn({ credentialsVersion: user?.credentialsVersion ?? 0 });
  }

  async #change(): Promise<void> {
    const world = this.#world;
    const user = await directory.find(world.username);
    const mine = this.#grants.findLast((each) => each.user === this.#users);
    if (!user || !mine) return;
    const passwordHash = `of ${this.#users}: ${world.now}`;
    const change = { credentialsVersion: user.credentialsVersion, passwordHash, keep: mine.grant.sid };
    await world.guard.changePassword(world.username, change).catch(() => undefined);
  }
}

it('a name that D1 loses again and again is whoever registered it last, whatever was under way', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      run += 1;
      await GuardWorld.run(`lost-${run}`, async (world) => {
        const name = new Name(world);
        await name.happen('register');
        for (const what of steps) await name.happen(what);
      });
    }),
    { numRuns: 25 },
  );
});
