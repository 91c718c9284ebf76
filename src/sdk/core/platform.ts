import type { SignedOutReason } from '../types.ts';
import type { Held } from './held.ts';
import type { Instant } from './lifetime.ts';
import type { PairBook } from './pair-book.ts';

/** What a tab tells the others of its origin. */
export type Message =
  | { held: Held; isSignIn: boolean }
  /** A session is over, or all sessions of a user. */
  | { ended: string; username: string | undefined; reason: SignedOutReason };

/** The book that tabs share. */
export type Store = {
  /**
   * Changes the book in one step that no other tab comes between.
   *
   * @param change gets the book and a random string for a key, which is missing when the book is this tab's alone
   * @returns the book as it is now, safely stored
   */
  update(change: (book: PairBook, fresh: string | undefined) => PairBook): Promise<PairBook>;
};

/** What the core needs of a browser. */
export type Platform = {
  fetch(request: Request): Promise<Response>;
  now(): Instant;
  /** From 0 to 1. */
  random(): number;
  /** Waits; ends early when the network is back or the signal says so. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  store: Store;
  /** Tells the other tabs. */
  send(message: Message): unknown;
  /** The session of this tab, which outlives its pages: empty after a sign-out, undefined in a new tab. */
  tabSession: { get(): string | undefined; set(session: string): void };
};
