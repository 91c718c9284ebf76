import { EMPTY_BOOK, type PairBook } from '../core/pair-book.ts';
import type { Store } from '../core/platform.ts';
import { transact } from './database.ts';

/**
 * The book of an issuer, shared by all tabs of an origin. Where a browser has no database for us it is this page's alone, and no keys
 * are made: tabs would differ in them.
 */
export function createSharedStore(issuer: string): Store {
  let last = EMPTY_BOOK;
  let isShared = true;
  return {
    async update(change) {
      const fresh = crypto.randomUUID();
      if (isShared) {
        await transact<PairBook>(issuer, (book = EMPTY_BOOK) => (last = change(book, fresh))).catch(() => {
          isShared = false;
        });
      }
      if (!isShared) last = change(last, undefined);
      return last;
    },
  };
}

/** A book of this page alone, as its refresh token is. */
export function createPageStore(): Store {
  let book = EMPTY_BOOK;
  return { update: async (change) => (book = change(book, crypto.randomUUID())) };
}
