import type { HistoryEvent } from './history.ts';

/** An operation with its beginning and its end. `end` is infinite where nobody knows whether it happened. */
export type Operation = {
  f: HistoryEvent['f'];
  generation: number;
  attempt: string | undefined;
  successor: number | undefined;
  /** The cookies that it carried; without it, the token was in the body. */
  jar: readonly number[] | undefined;
  named: number | undefined;
  outcome: 'ok' | 'fail' | 'info';
  error: string | undefined;
  begin: number;
  end: number;
};

/** Puts each completion to its invocation, as a process does one thing at a time. @returns the operations of each session */
export function readOperations(events: readonly HistoryEvent[]): Map<string, Operation[]> {
  const open = new Map<number, HistoryEvent>();
  const sessions = new Map<string, Operation[]>();
  for (const event of events) {
    if (event.type === 'invoke') {
      open.set(event.process, event);
      continue;
    }
    const invocation = open.get(event.process);
    if (!invocation) throw new Error(`event ${event.index} completes nothing`);
    open.delete(event.process);
    const operations = sessions.get(invocation.key) ?? [];
    sessions.set(invocation.key, operations);
    operations.push(toOperation(invocation, event, event.type));
  }
  return sessions;
}

/** It names a cookie that its jar does not hold: its session is not asked. */
export function isAside({ jar, generation }: Operation): boolean {
  return jar !== undefined && !jar.includes(generation);
}

function toOperation(
  { f, value: { generation, attempt, jar }, index: begin }: HistoryEvent,
  { value: { successor, named }, error, index: end }: HistoryEvent,
  outcome: Operation['outcome'],
): Operation {
  return {
    ...{ f, generation, attempt, successor, jar, named, outcome, error, begin },
    end: outcome === 'info' ? Number.POSITIVE_INFINITY : end,
  };
}
