import type { LogoutNotifier } from '../../core/oauth/logout-notifier.ts';
import type { Clock } from '../clock.ts';
import type { GuardStorage } from './guard-storage.ts';

const FIRST_PAUSE_SECONDS = 5;
/** With the pauses doubling that is a little over three hours. */
const MOST_TRIES = 12;

/**
 * Tells clients that sessions of theirs ended, again and again until they take it. A notice is committed together with the
 * end itself, so a crash loses none; after some hours it is given up.
 *
 * @see OpenID Connect Back-Channel Logout 1.0 section 2.5
 */
export class LogoutNotices {
  readonly #storage: GuardStorage;
  readonly #notify: LogoutNotifier;
  readonly #clock: Clock;
  #isDelivering = false;

  constructor(storage: GuardStorage, notify: LogoutNotifier, clock: Clock) {
    this.#storage = storage;
    this.#notify = notify;
    this.#clock = clock;
  }

  /** When to look at the notices again, epoch seconds; infinity if there is none. Not at once while some are on their way. */
  nextDue(): number {
    const next = Math.min(
      Number.POSITIVE_INFINITY,
      ...this.#storage.notices().map(({ notice }) => notice.dueAt),
    );
    return this.#isDelivering ? Math.max(next, this.#clock() + FIRST_PAUSE_SECONDS) : next;
  }

  /** Delivers what is due. It never throws. */
  async deliver(username: string): Promise<void> {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      const now = this.#clock();
      const due = this.#storage.notices().filter(({ notice }) => notice.dueAt <= now);
      await Promise.all(due.map((each) => this.#try(username, each, now)));
    } finally {
      this.#isDelivering = false;
    }
  }

  async #try(
    username: string,
    { sid, notice }: ReturnType<GuardStorage['notices']>[number],
    now: number,
  ): Promise<void> {
    const tries = notice.tries + 1;
    // Kept before it goes out: should this object die over it, it is not tried at once for ever.
    this.#storage.putNotice(sid, { ...notice, tries, dueAt: now + FIRST_PAUSE_SECONDS * 2 ** notice.tries });
    const isTold = await this.#notify({ username, sid, ...notice }).catch((error: unknown) => {
      console.warn(JSON.stringify({ event: 'logout_notice_failed', sid, error: String(error) }));
      return false;
    });
    if (!isTold && tries < MOST_TRIES) return;
    if (!isTold) console.error(JSON.stringify({ event: 'logout_notice_given_up', sid, ...notice }));
    this.#storage.removeNotice(sid);
  }
}
