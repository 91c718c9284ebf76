import { describe, expect, it } from 'vitest';
import { createProofMemory } from '../../src/verify/proof-memory.ts';

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

  it('forgets first what is over by itself, of whatever key', () => {
    const memory = createProofMemory(3);
    memory.use(proofOf('a', 'another key'), NOW);
    const later = ['b', 'c', 'd'].map((jti) => ({ ...proofOf(jti), expiresAt: NOW + 120 }));
    expect(later.map((proof) => memory.use(proof, NOW + 60))).toEqual([true, true, true]);
    expect(later.map((proof) => memory.use(proof, NOW + 61))).toEqual([false, false, false]);
  });

  it('lets nobody push another key’s proofs out with many of their own', () => {
    const memory = createProofMemory(64);
    const captured = ['a', 'b', 'c'].map((jti) => proofOf(jti));
    for (const proof of captured) memory.use(proof, NOW);
    for (let count = 0; count < 1_000; count += 1)
      expect(memory.use(proofOf(`${count}`, `flooder ${count % 5}`), NOW)).toBe(true);
    expect(captured.map((proof) => memory.use(proof, NOW + 59))).toEqual([false, false, false]);
    const known = Array.from({ length: 60 }, (_, count) => proofOf(`${940 + count}`, `flooder ${count % 5}`));
    expect(known.filter((proof) => memory.use(proof, NOW))).toEqual([]);
    expect(memory.use(proofOf('0', 'flooder 0'), NOW)).toBe(true);
  });

  it('holds one proof of each key where there are more keys than room: the one that was used longest ago goes', () => {
    const memory = createProofMemory(3);
    for (const key of ['a', 'b', 'c']) memory.use(proofOf('1', key), NOW);
    memory.use(proofOf('2', 'd'), NOW);
    expect(['b', 'c', 'd'].map((key) => memory.use(proofOf(key === 'd' ? '2' : '1', key), NOW))).toEqual([
      false,
      false,
      false,
    ]);
    expect(memory.use(proofOf('1', 'a'), NOW)).toBe(true);
  });
});
