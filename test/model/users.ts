import type { CredentialsChange, Directory } from '../../src/core/account/directory.ts';
import type { Random } from '../support/random.ts';
import type { Timeline } from '../support/timeline.ts';

type Credentials = { hash: string; version: number };

/** The user directory, as far as the guard and the sign-in desk see it. Setting a password takes its time, and may fail. */
export class Users {
  /** Every write fails, though it may have been carried out. */
  outage = false;
  readonly #users = new Map<string, Credentials>();
  readonly #timeline: Timeline;
  readonly #random: Random;

  constructor(timeline: Timeline, random: Random) {
    this.#timeline = timeline;
    this.#random = random;
  }

  find(username: string): Credentials | undefined {
    return this.#users.get(username);
  }

  register(username: string): void {
    this.#users.set(username, { hash: 'first', version: 1 });
  }

  asDirectory(): Directory {
    return {
      changeCredentials: async (username: string, change: CredentialsChange) => {
        const { passwordHash: hash = '', credentialsVersion: version } = change;
        await this.#timeline.sleep(this.#random() < 0.3 ? this.#random() * 9 : 0);
        const isLost = this.outage && this.#random() < 0.8;
        const standing = this.#users.get(username);
        if (!isLost && standing && version > standing.version) this.#users.set(username, { hash, version });
        if (this.outage) throw new Error('D1_ERROR: the directory is down');
      },
    } as Partial<Directory> as Directory;
  }
}
