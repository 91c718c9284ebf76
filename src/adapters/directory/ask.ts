import { Unavailable } from '../../core/unavailable.ts';

/**
 * drizzle's own errors show a query's parameters, and one of them is a password hash: only what D1 said goes on.
 *
 * @throws Unavailable where D1 fails
 */
export async function ask<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw new Unavailable('The user directory', 1, { cause: (error as Error).cause });
  }
}
