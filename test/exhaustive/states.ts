import { WORDS } from './world.ts';

const NONE = -1;

/** The states that were visited, each a row of words, with the state it was first reached from. Lossless: rows are compared whole. */
export class VisitedStates {
  #words = new Int32Array(WORDS * 1_024);
  #parents = new Int32Array(1_024);
  #slots = new Int32Array(4_096).fill(NONE);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get words(): Int32Array {
    return this.#words;
  }

  parent(state: number): number {
    return this.#parents[state] ?? NONE;
  }

  /** @returns whether the row was new */
  add(row: Int32Array, parent: number): boolean {
    const slot = this.#slotOf(row);
    if (this.#slots[slot] !== NONE) return false;
    if ((this.#count + 1) * WORDS > this.#words.length) this.#growRows();
    this.#words.set(row, this.#count * WORDS);
    this.#parents[this.#count] = parent;
    this.#slots[slot] = this.#count++;
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
    return true;
  }

  /** The slot of this row, or the empty one where it belongs. */
  #slotOf(row: Int32Array): number {
    const mask = this.#slots.length - 1;
    let slot = hash(row, 0) & mask;
    for (let held = this.#slots[slot] ?? NONE; held !== NONE; held = this.#slots[slot] ?? NONE) {
      if (this.#isAt(held, row)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isAt(state: number, row: Int32Array): boolean {
    const at = state * WORDS;
    for (let index = 0; index < WORDS; index++) if (this.#words[at + index] !== row[index]) return false;
    return true;
  }

  #growRows(): void {
    const [words, parents] = [this.#words, this.#parents];
    this.#words = new Int32Array(words.length * 2);
    this.#words.set(words);
    this.#parents = new Int32Array(parents.length * 2);
    this.#parents.set(parents);
  }

  #growSlots(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(NONE);
    const mask = this.#slots.length - 1;
    for (let state = 0; state < this.#count; state++) {
      let slot = hash(this.#words, state * WORDS) & mask;
      while (this.#slots[slot] !== NONE) slot = (slot + 1) & mask;
      this.#slots[slot] = state;
    }
  }
}

function hash(words: Int32Array, at: number): number {
  let sum = 0x9e3779b9;
  for (let index = 0; index < WORDS; index++) {
    sum = Math.imul(sum ^ (words[at + index] ?? 0), 0x85ebca6b);
    sum ^= sum >>> 13;
  }
  return Math.imul(sum, 0xc2b2ae35) >>> 1;
}
