import { describe, expect, it } from 'vitest';
import { createProofMemory } from '../../src/verify/presented.ts';

const NOW = 2_000_000_000;
const proofOf = (jti: string, thumbprint = 'key') => ({ jti, thumbprint, expiresAt: NOW + 60 });

describe('the memory of proofs', () => {
  it('knows a proof by its key and its id', () => {
    const memory = createProofMemory(8);
    expect(memory.use(proofOf('a'), NOW)).toBe(true);
    expect(memory.use(proofOf('a', 'another key'), NOW)).toBe(true);
    expect(memory.use(proofOf('b'), NOW)).toBe(true);
    expect(memory.use(proofOf('a'), NOW + 59)).toBe(false);
  });

  it('forgets it when it would be refused by itself', () => {
    const memory = createProofMemory(8);
    memory.use(proofOf('a'), NOW);
    expect(memory.use({ ...proofOf('a'), expiresAt: NOW + 120 }, NOW + 60)).toBe(true);
    expect(memory.use(proofOf('a'), NOW + 61)).toBe(false);
  });

  it('holds no more than it may: the oldest goes', () => {
    const memory = createProofMemory(3);
    for (const jti of ['a', 'b', 'c', 'd']) memory.use(proofOf(jti), NOW);
    expect(['b', 'c', 'd'].map((jti) => memory.use(proofOf(jti), NOW))).toEqual([false, false, false]);
    expect(memory.use(proofOf('a'), NOW)).toBe(true);
  });
});
