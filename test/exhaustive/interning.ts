/** Gives equal values one small number, so that a state is a row of numbers. */
export class Interner<T> {
  readonly #ids = new Map<string, number>();
  readonly #values: T[] = [];
  readonly #canonical: (value: T) => string;

  constructor(canonical: (value: T) => string) {
    this.#canonical = canonical;
  }

  id(value: T): number {
    const text = this.#canonical(value);
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.#values.length);
    return this.#values.push(value) - 1;
  }

  value(id: number): T {
    const value = this.#values[id];
    if (value === undefined) throw new Error(`No value has the number ${id}`);
    return value;
  }
}

/** Sets of small numbers that only grow, each known by one number; 0 is the empty set. */
export class SetInterner {
  readonly #sets = new Interner<readonly number[]>((members) => members.join());
  readonly #sums = new Map<number, number>();
  readonly #width = 2 ** 20;

  constructor() {
    this.#sets.id([]);
  }

  members(set: number): readonly number[] {
    return this.#sets.value(set);
  }

  /** @returns the set with one more member; the same if it has it already */
  add(set: number, member: number): number {
    if (member >= this.#width) throw new Error('The world has too many requests for this variant');
    const question = set * this.#width + member;
    const known = this.#sums.get(question);
    if (known !== undefined) return known;
    const members = this.members(set);
    const sum = members.includes(member) ? set : this.of([...members, member]);
    this.#sums.set(question, sum);
    return sum;
  }

  of(members: readonly number[]): number {
    return this.#sets.id([...new Set(members)].toSorted((a, b) => a - b));
  }
}

/** A function of two small numbers that is worked out once. */
export function memoize<T>(work: (a: number, b: number) => T): (a: number, b: number) => T {
  const known = new Map<number, T>();
  return (a, b) => {
    const question = a * 2 ** 24 + b;
    const answer = known.get(question);
    if (answer !== undefined) return answer;
    const fresh = work(a, b);
    known.set(question, fresh);
    return fresh;
  };
}
