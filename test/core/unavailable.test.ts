import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../src/core/unavailable.ts';

describe('Unavailable', () => {
  it('says what is unavailable, for how long, and why, for the log', () => {
    const cause = new Error('overloaded');
    const error = new Unavailable('The guard', 2, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'Unavailable',
      message: 'The guard is unavailable',
      retryAfterSeconds: 2,
      cause,
    });
  });
});
