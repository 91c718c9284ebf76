import type { HistoryEvent } from './history.ts';

/** An operation with its beginning and its end. `end` is infinite where nobody knows whether it happened. */
type Operation = {
  process: number;
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

/**
 * Judges a history of honest clients from its events alone; it shares no code with the issuer.
 *
 * P1: a generation is accepted for one attempt only, and always with the same successor, the next generation.
 * P2, P5: no request is refused before its session was signed out; what was answered is remembered.
 * P4: after a logout was answered, nothing of that session is accepted.
 * A late duplicate is called late only if its successor had been presented by then. A request that names a cookie which it
 * does not carry is told the newest that it carries, and is never accepted. And the issuer has no faults of its own: a 503
 * that says when to come back is the only 5xx.
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
  const presented = refreshes.filter((refresh) => !isAside(refresh));
  return [
    ...checkSingleUse(presented),
    ...checkRefusals(presented, logouts),
    ...refreshes.filter(isAside).flatMap((refresh) => checkAside(refresh, logouts)),
    ...checkFinalLogout(refreshes, logouts),
    ...operations.flatMap(checkFault),
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

/** It names a cookie that its jar does not hold: its session is not asked. */
function isAside({ jar, generation }: Operation): boolean {
  return jar !== undefined && !jar.includes(generation);
}

function checkAside(refresh: Operation, logouts: readonly Operation[]): string[] {
  const { generation, jar = [], outcome, error, named } = refresh;
  if (outcome === 'info') return [];
  if (outcome === 'ok') return [`P1: generation ${generation} was accepted without its cookie`];
  if (jar.length === 0) return checkRefusals([refresh], logouts);
  const newest = Math.max(...jar);
  return error === 'superseded' && named === newest
    ? []
    : [`P2: a jar of ${jar.join(', ')} was told ${error} ${named ?? ''}, not to go on with ${newest}`];
}

function checkFault({ f, outcome, error = '' }: Operation): string[] {
  if (outcome === 'info') return error.startsWith('http ') ? [`a ${f} was answered with ${error}`] : [];
  return f === 'logout' && outcome === 'fail' ? [`a logout was refused: ${error}`] : [];
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
    const { generation, attempt, jar } = invocation.value;
    operations.push({
      key: invocation.key,
      operation: {
        process: event.process,
        f: event.f,
        generation,
        attempt,
        successor: event.value.successor,
        jar,
        named: event.value.named,
        outcome: event.type,
        error: event.error,
        begin: invocation.index,
        end: event.type === 'info' ? Number.POSITIVE_INFINITY : event.index,
      },
    });
  }
  return operations;
}
