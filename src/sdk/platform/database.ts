const DATABASE = 'edgemint';
const BOOKS = 'books';

/** Changes one entry, in a step that no other tab comes between. Opens the database each time: an idle connection keeps a page out of the back-forward cache, and may break unseen. */
export async function transact<T>(name: string, change: (known: T | undefined) => T): Promise<void> {
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
    const reading = books.get(name);
    reading.onsuccess = () => books.put(change(reading.result), name);
    // It closes when the transaction is over.
    database.close();
  });
}
