import { EMPTY_BOOK, type PairBook } from '../core/pair-book.ts';
import type { Store } from '../core/platform.ts';
import { transact } from './database.ts';

/**
 * The book of an issuer. With cookies it is shared by all tabs of an origin; where a browser has no database for us it is this page's
 * alone, and no keys are made: tabs would differ in them. Without cookies it is this page's alone, as its refresh token is.
 */
export function createStore(issuer: string, isCookie: boolean): Store {
  let last = EMPTY_BOOK;
  let isShared = isCookie;
  return {
    async update(change) {
      const fresh = crypto.randomUUID();
      isShared &&= await transact<PairBook>(issuer, (book = EMPTY_BOOK) => (last = change(book, fresh)));
      if (!isShared) last = change(last, isCookie ? undefined : fresh);
      return last;
    },
  };
}
