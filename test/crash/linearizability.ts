import type { HistoryEvent } from './history.ts';
import { isAside, type Operation, readOperations } from './operations.ts';

/** The register of docs/histories.md: one session, and nothing else. */
type Register = {
  generation: number;
  /** The attempt that spent each generation, oldest first. */
  attempts: readonly (string | undefined)[];
  isOver: boolean;
};

type Result = { successor: number } | { error: 'superseded' | 'invalid_grant' } | 'signed out';

/** More ways than this are not tried; no history of the crash run comes near. */
const MOST_TRIED = 1_000_000;

/**
 * Looks for an order in which each session's operations could have happened one at a time, none before it began or after it was
 * answered, so that the register answers each as it was answered (Wing and Gong's search, with Lowe's memory of what was tried).
 *
 * @returns the sessions without one
 * @see Herlihy and Wing, "Linearizability: a correctness condition for concurrent objects", 1990
 */
export function findUnlinearizable(events: readonly HistoryEvent[]): string[] {
  const sessions = [...readOperations(events)];
  return sessions.filter(([, operations]) => !isLinearizable(operations)).map(([key]) => key);
}

function isLinearizable(operations: readonly Operation[]): boolean {
  const asked = operations.filter((each) => each.f !== 'sign-in' && !isAside(each));
  const inOrder = asked.toSorted((a, b) => a.begin - b.begin);
  return new Search(inOrder).succeeds();
}

class Search {
  readonly #operations: readonly Operation[];
  readonly #done: boolean[];
  readonly #tried = new Set<string>();
  /** How many of them must still find their place: what nobody knows about may have happened or not. */
  #left: number;

  constructor(operations: readonly Operation[]) {
    this.#operations = operations;
    this.#done = operations.map(() => false);
    this.#left = operations.filter(({ outcome }) => outcome !== 'info').length;
  }

  succeeds(register: Register = { generation: 0, attempts: [], isOver: false }): boolean {
    if (this.#left === 0) return true;
    const key = `${this.#done.map(Number).join('')} ${register.isOver} ${register.attempts.join()}`;
    if (this.#tried.has(key)) return false;
    if (this.#tried.size > MOST_TRIED) throw new Error('This history is too long to look for an order');
    this.#tried.add(key);
    return this.#next().some((index) => this.#tryNext(index, register));
  }

  #tryNext(index: number, register: Register): boolean {
    const operation = this.#operations[index];
    if (!operation) return false;
    const { result, next } = apply(register, operation);
    const isKnown = operation.outcome !== 'info';
    if (isKnown ? !fits(operation, result) : next === register) return false;
    this.#done[index] = true;
    this.#left -= Number(isKnown);
    if (this.succeeds(next)) return true;
    this.#done[index] = false;
    this.#left += Number(isKnown);
    return false;
  }

  /** What may have happened next: whatever began before anything else that is left was answered. */
  #next(): number[] {
    const left = this.#operations.flatMap((operation, index) =>
      this.#done[index] ? [] : [{ operation, index }],
    );
    const firstEnd = Math.min(...left.map(({ operation }) => operation.end));
    return left.filter(({ operation }) => operation.begin < firstEnd).map(({ index }) => index);
  }
}

function apply(register: Register, operation: Operation): { result: Result; next: Register } {
  const { generation, attempts, isOver } = register;
  const over: Register = isOver ? register : { ...register, isOver: true };
  if (operation.f === 'logout') return { result: 'signed out', next: over };
  if (isOver) return { result: { error: 'invalid_grant' }, next: register };
  const { generation: presented, attempt } = operation;
  if (presented === generation) {
    const next = { generation: generation + 1, attempts: [...attempts, attempt], isOver };
    return { result: { successor: generation + 1 }, next };
  }
  if (attempts[presented] !== attempt) return { result: { error: 'invalid_grant' }, next: over };
  return presented === generation - 1
    ? { result: { successor: generation }, next: register }
    : { result: { error: 'superseded' }, next: register };
}

function fits({ f, outcome, successor, error }: Operation, result: Result): boolean {
  if (f === 'logout') return outcome === 'ok' && result === 'signed out';
  if (result === 'signed out') return false;
  return outcome === 'ok'
    ? 'successor' in result && result.successor === successor
    : 'error' in result && result.error === error;
}
