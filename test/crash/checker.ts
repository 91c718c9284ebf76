import type { HistoryEvent } from './history.ts';
import { isAside, type Operation, readOperations } from './operations.ts';

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
  return [...readOperations(events)].flatMap(([key, operations]) =>
    checkSession(operations).map((problem) => `${key}: ${problem}`),
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
