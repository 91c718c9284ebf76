import type { HistoryEvent } from './history.ts';

/** An operation with its beginning and its end. `end` is infinite where nobody knows whether it happened. */
type Operation = {
  process: number;
  f: HistoryEvent['f'];
  generation: number;
  attempt: string | undefined;
  successor: number | undefined;
  outcome: 'ok' | 'fail' | 'info';
  error: string | undefined;
  begin: number;
  end: number;
};

/**
 * Judges a history of honest clients from its events alone; it shares no code with the issuer.
 *
 * P1: a generation is accepted for one attempt only, and always with the same successor, the next generation.
 * P2, P5: no request is refused before its session was signed out; what was answered is remembered.
 * P4: after a logout was answered, nothing of that session is accepted.
 * And a late duplicate is called late only if its successor had been presented by then.
 *
 * @returns what is wrong, in sentences; nothing if all is well
 */
export function check(events: readonly HistoryEvent[]): string[] {
  const sessions = Map.groupBy(pair(events), ({ key }) => key);
  return [...sessions].flatMap(([key, operations]) =>
    checkSession(operations.map(({ operation }) => operation)).map((problem) => `${key}: ${problem}`),
  );
}

function checkSession(operations: readonly Operation[]): string[] {
  const refreshes = operations.filter(({ f }) => f === 'refresh');
  const logouts = operations.filter(({ f }) => f === 'logout');
  return [
    ...checkSingleUse(refreshes),
    ...checkRefusals(refreshes, logouts),
    ...checkFinalLogout(refreshes, logouts),
  ];
}

function checkSingleUse(refreshes: readonly Operation[]): string[] {
  const accepted = Map.groupBy(
    refreshes.filter(({ outcome }) => outcome === 'ok'),
    ({ generation }) => generation,
  );
  return [...accepted].flatMap(([generation, winners]) => {
    const attempts = new Set(winners.map(({ attempt }) => attempt));
    const successors = new Set(winners.map(({ successor }) => successor));
    return [
      ...(attempts.size > 1
        ? [`P1: generation ${generation} was accepted for ${attempts.size} attempts`]
        : []),
      ...([...successors].some((successor) => successor !== generation + 1)
        ? [`P1: generation ${generation} was answered with ${[...successors].join(', ')}`]
        : []),
    ];
  });
}

function checkRefusals(refreshes: readonly Operation[], logouts: readonly Operation[]): string[] {
  return refreshes.flatMap((refusal) => {
    if (refusal.outcome !== 'fail') return [];
    const maySignedOut = logouts.some(({ begin }) => begin < refusal.end);
    if (refusal.error === 'superseded') {
      const isLate = refreshes.some(
        ({ generation, begin }) => generation > refusal.generation && begin < refusal.end,
      );
      return isLate
        ? []
        : [`generation ${refusal.generation} was called late before its successor was presented`];
    }
    return maySignedOut ? [] : [`P2: generation ${refusal.generation} was refused: ${refusal.error}`];
  });
}

function checkFinalLogout(refreshes: readonly Operation[], logouts: readonly Operation[]): string[] {
  const answered = logouts.filter(({ outcome }) => outcome === 'ok').map(({ end }) => end);
  const final = Math.min(...answered);
  return refreshes
    .filter(({ outcome, begin }) => outcome === 'ok' && begin > final)
    .map(({ generation }) => `P4: generation ${generation} was accepted after an answered logout`);
}

/** Puts each completion to its invocation: a process does one thing at a time. */
function pair(events: readonly HistoryEvent[]): { key: string; operation: Operation }[] {
  const open = new Map<number, HistoryEvent>();
  const operations: { key: string; operation: Operation }[] = [];
  for (const event of events) {
    if (event.type === 'invoke') {
      open.set(event.process, event);
      continue;
    }
    const invocation = open.get(event.process);
    if (!invocation) throw new Error(`event ${event.index} completes nothing`);
    open.delete(event.process);
    const { generation, attempt } = invocation.value;
    operations.push({
      key: invocation.key,
      operation: {
        process: event.process,
        f: event.f,
        generation,
        attempt,
        successor: event.value.successor,
        outcome: event.type,
        error: event.error,
        begin: invocation.index,
        end: event.type === 'info' ? Number.POSITIVE_INFINITY : event.index,
      },
    });
  }
  return operations;
}
