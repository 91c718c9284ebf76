import type { Env } from '../../src/index.ts';
import { testEnv } from './client.ts';

/** Desks that do as ever, but hold the first verdict of one kind back until something else has happened. */
export function createPausingDesks(
  verdict: 'check' | 'settle' | 'settleExchange',
  meanwhile: () => Promise<void>,
): Env['PASSWORD_DESK'] {
  let isFirst = true;
  return {
    getByName(name: string) {
      const desk = testEnv.PASSWORD_DESK.getByName(name) as unknown as Methods;
      // A stub makes its methods on the fly, so they are called on the stub itself.
      const get = (_: object, method: string) => async (argument: unknown) => {
        const answer = await desk[method]?.(argument);
        if (isFirst && method === verdict) {
          isFirst = false;
          await meanwhile();
        }
        return answer;
      };
      return new Proxy({}, { get });
    },
  } as unknown as Env['PASSWORD_DESK'];
}

type Methods = Record<string, (argument: unknown) => Promise<unknown>>;
