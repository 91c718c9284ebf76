import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleOf, type ContestantName } from './contestants.ts';
import { ISSUER, MASTER_KEY, seedUsers } from './seed.ts';
import { Served } from './served.ts';
import { Users } from './users.ts';

export type Sizes = { rounds: number; users: number; seconds: number; calls: number; largest: number };

/** Where contestants are prepared before anything is measured, and started from as often as it takes. */
export class Workbench {
  readonly sizes: Sizes;
  readonly #folder: string;
  readonly #modules = new Map<string, Promise<string>>();

  /** @param folder of its own, for bundles and storage */
  constructor(folder: string, sizes: Sizes) {
    this.#folder = folder;
    this.sizes = sizes;
  }

  /** Starts a process. What a contestant stored in an earlier one of that `place` is there again. */
  async start(
    name: ContestantName,
    place: string,
    bindings: Readonly<Record<string, string>> = {},
  ): Promise<Served> {
    // As deployed, but for the name: with no log of its own, no playground; a refresh passes no rate limit.
    const settings = name === 'edgemint' ? { ISSUER, MASTER_KEY, PLAYGROUND: 'off' } : {};
    return Served.start({
      name,
      module: await this.#moduleOf(name),
      folder: await this.#placeOf(name, place),
      bindings: { ...settings, ...bindings },
    });
  }

  /** Signs users in and has each refresh once: what is stored of them is what a use leaves. */
  async prepareUsers(name: ContestantName, place: string, count: number): Promise<Users> {
    const names = name === 'edgemint' ? Array.from({ length: count }, (_, user) => `user-${user}`) : [];
    const users = new Users(await this.seed(place, names));
    const served = await this.start(name, place);
    try {
      if (name !== 'edgemint') await users.signIn(served, count);
      for (let user = 0; user < count; user += 1) await users.refresh(served, user);
    } finally {
      await served.stop();
    }
    // Only what happens while it is measured counts, but nobody may begin without a token.
    if (users.takeErrors() > 0) throw new Error(`${name}: ${[...users.faults].join('; ')}`);
    return users;
  }

  /**
   * Signs users in to edgemint, or, with `like`, puts them beside one who is there.
   *
   * @returns a refresh token for each that was signed in
   */
  async seed(place: string, usernames: string[], like?: string): Promise<string[]> {
    const at = { module: await this.#moduleOf('seed'), folder: await this.#placeOf('edgemint', place) };
    return seedUsers(at, { usernames, ...(like !== undefined && { like }) });
  }

  #moduleOf(name: ContestantName | 'seed'): Promise<string> {
    const known = this.#modules.get(name);
    if (known) return known;
    const module = bundleOf(name, join(this.#folder, 'modules'));
    this.#modules.set(name, module);
    return module;
  }

  async #placeOf(name: ContestantName, place: string): Promise<string> {
    const folder = join(this.#folder, place, name);
    await mkdir(folder, { recursive: true });
    return folder;
  }
}
