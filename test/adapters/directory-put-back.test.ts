import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDirectory } from '../../src/adapters/directory/d1-directory.ts';
import type { Grant } from '../../src/core/account/accounts.ts';
import type { User } from '../../src/core/account/directory.ts';
import { GuardWorld } from '../support/guard-world.ts';

const directory = createDirectory(env.DIRECTORY);
const step = fc.constantFrom(
  ...([
    'register',
    'register unheard',
    'sign in',
    'change',
    'outage',
    'recover',
    'put back',
    'pass',
    'evict',
  ] as const),
);

/** After which a guard takes up a change that was interrupted. */
const LONGEST_PAUSE_SECONDS = 3_600;

const checked = ({ credentialsVersion, registeredAt }: User) => ({ credentialsVersion, registeredAt });

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
    if (what === 'register') await this.#register(true);
    if (what === 'register unheard') await this.#register(false);
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

  /**
   * It works, whatever the guard knows of earlier users.
   *
   * @param isHeard whether the guard can be asked; otherwise it hears of the user when they sign in
   */
  async #register(isHeard: boolean): Promise<void> {
    const world = this.#world;
    const user = await directory.add(world.username, `of ${this.#users + 1}: first`, world.now);
    if (!user) return;
    this.#users += 1;
    if (isHeard) await this.#opened(await world.signIn({ ...checked(user), isNewUser: true }));
  }

  /** The sessions of earlier users are over as soon as there is one of the next user's. */
  async #opened(grant: Grant): Promise<void> {
    const world = this.#world;
    const user = this.#users;
    for (const each of this.#grants)
      if (each.user !== user) expect(await world.guard.isLive(world.username, each.grant.sid)).toBe(false);
    expect(await world.guard.isLive(world.username, grant.sid)).toBe(true);
    this.#grants.push({ user, grant });
  }

  async #signIn(): Promise<void> {
    const world = this.#world;
    const user = await directory.find(world.username);
    if (!user) return;
    const outcome = await world.trySignIn(checked(user));
    if (outcome.kind === 'opened') await this.#opened(outcome.grant);
    else await this.#expectChange();
  }

  /** Nothing stands in a user's way but a change of credentials that D1 hasn't heard of yet, and will. */
  async #expectChange(): Promise<void> {
    const world = this.#world;
    if (world.directoryFault) return;
    await world.pass(LONGEST_PAUSE_SECONDS);
    const user = await directory.find(world.username);
    if (user) await this.#opened(await world.signIn(checked(user)));
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
