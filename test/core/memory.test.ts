import { describe, expect, it } from 'vitest';
import { Memory } from '../../src/core/memory.ts';

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

  it('keeps what is new long enough to be used again', () => {
    const memory = new Memory<number>(100);
    for (let index = 0; index < 1_000; index += 1) {
      memory.set(`key ${index}`, index);
      for (let back = 0; back < Math.min(index, 25); back += 1)
        expect(memory.get(`key ${index - back}`)).toBe(index - back);
    }
  });

  it('holds no more when all of it is in use', () => {
    for (const capacity of [1, 2, 3, 4, 50]) {
      const memory = new Memory<number>(capacity);
      for (let index = 0; index < 300; index += 1) {
        memory.set(`key ${index}`, index);
        expect(memory.get(`key ${index}`)).toBe(index);
        for (let other = 0; other < index; other += 1) memory.get(`key ${other}`);
        expect(memory.size).toBeLessThanOrEqual(capacity);
      }
    }
  });

  it('gives back the latest value', () => {
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
