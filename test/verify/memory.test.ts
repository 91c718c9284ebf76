import { describe, expect, it } from 'vitest';
import { Memory } from '../../src/verify/memory.ts';

describe('the memory', () => {
  it('never holds more than it may', () => {
    const memory = new Memory<number>(10);
    for (let index = 0; index < 1_000; index += 1) {
      memory.set(`key ${index % 37}`, index);
      memory.get(`key ${index % 11}`);
      expect(memory.size).toBeLessThanOrEqual(10);
    }
  });

  it('keeps what is in use, and forgets what is not', () => {
    const memory = new Memory<string>(10);
    memory.set('used', 'yes');
    memory.set('unused', 'yes');
    for (let index = 0; index < 100; index += 1) {
      memory.set(`other ${index}`, 'yes');
      expect(memory.get('used')).toBe('yes');
    }
    expect(memory.get('unused')).toBeUndefined();
  });

  it('gives back the latest value, from either half', () => {
    const memory = new Memory<number>(4);
    memory.set('a', 1);
    memory.set('b', 2);
    memory.set('c', 3);
    memory.set('a', 4);
    expect(memory.get('a')).toBe(4);
    memory.delete('a');
    expect(memory.get('a')).toBeUndefined();
    memory.clear();
    expect(memory.size).toBe(0);
  });
});
