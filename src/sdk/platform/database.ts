import { ClientError } from '../client-error.ts';

const BOOKS = 'books';

/** Whether this page ever had the database. */
let isThere = false;

/**
 * Changes one entry, in a step that no other tab comes between. Opens the database each time: an idle connection keeps a page out of
 * the back-forward cache, and may break unseen.
 *
 * @returns whether it did: not where the browser has no database for us
 * @throws ClientError if the database fails this time: what it holds must not be taken for lost
 */
export async function transact<T>(name: string, change: (known: T | undefined) => T): Promise<boolean> {
  try {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('edgemint');
      opening.onupgradeneeded = () => opening.result.createObjectStore(BOOKS);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = reject;
    });
    isThere = true;
    await new Promise<unknown>((resolve, reject) => {
      const transaction = database.transaction(BOOKS, 'readwrite');
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
      const books = transaction.objectStore(BOOKS);
      const reading = books.get(name);
      reading.onsuccess = () => books.put(change(reading.result), name);
      // It closes when the transaction is over.
      database.close();
    });
  } catch {
    if (isThere) throw new ClientError('storage');
  }
  return isThere;
}
