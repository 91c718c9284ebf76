import { EMPTY_BOOK, type PairBook } from '../core/pair-book.ts';
import type { Store } from '../core/platform.ts';

const DATABASE = 'edgemint';
const BOOKS = 'books';

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
        await transact(issuer, (book) => (last = change(book, fresh))).catch(() => {
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

/** Opens the database each time each time: an idle connection keeps a page out of the back-forward cache, and may break unseen. */
async function transact(issuer: string, change: (book: PairBook) => PairBook): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(BOOKS);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = reject;
  });
  await new Promise<unknown>((resolve, reject) => {
    const transaction = database.transaction(BOOKS, 'readwrite');
    transaction.oncomplete = resolve;
    transaction.onabort = reject;
    const books = transaction.objectStore(BOOKS);
    const reading = books.get(issuer);
    reading.onsuccess = () => books.put(change(reading.result ?? EMPTY_BOOK), issuer);
    // It closes when the transaction is over.
    database.close();
  });
}
