import { describe, expect, it } from 'vitest';
import { createIssuer, testEnv } from '../support/client.ts';
import { expectProblem } from '../support/problem.ts';
import { report } from '../support/report.ts';

type Fault = { retryable?: boolean; overloaded?: boolean };

/**
 * The guards, of which the first calls fail as the Workers runtime makes them fail.
 *
 * @param when `before`: the call never arrived; `after`: it was done, and its answer lost
 */
function failing(faults: readonly Fault[], when: 'before' | 'after') {
  const left = [...faults];
  const calls: string[] = [];
  let stubs = 0;
  const getByName = (name: string) => {
    stubs += 1;
    const stub = testEnv.ACCOUNT_GUARD.getByName(name) as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    return new Proxy(stub, {
      get:
        (_, method) =>
        async (...args: unknown[]) => {
          calls.push(String(method));
          const fault = left.shift();
          if (!fault || when === 'after') {
            const answer = await stub[String(method)]?.(...args);
            if (!fault) return answer;
          }
          throw Object.assign(new Error('Network connection lost.'), fault);
        },
    });
  };
  return { vars: { ACCOUNT_GUARD: { getByName } as never }, calls, stubs: () => stubs };
}

const RETRYABLE = { retryable: true };
const OVERLOADED = { retryable: true, overloaded: true };

async function register(username: string) {
  return createIssuer({}).register(username);
}

describe('a call to the guard that fails', () => {
  it('is tried again, on a fresh stub, while the runtime says that this helps', async () => {
    const tokens = await register('retried');
    const guards = failing([RETRYABLE, RETRYABLE], 'before');
    const response = await createIssuer(guards.vars).refresh(tokens.refresh_token, { key: 'k' });
    expect(response.status).toBe(200);
    expect(response.headers.get('refresh-outcome')).toBe('rotated');
    expect(guards.calls).toEqual(['refresh', 'refresh', 'refresh']);
    expect(guards.stubs()).toBe(3);
    report('a guard that failed twice with .retryable was asked a third time, and the refresh answered');
  });

  it('after it was done is a repeat, with its key and within RETRY_WINDOW without one', async () => {
    for (const [username, key] of [
      ['answer-lost-keyed', 'k'],
      ['answer-lost-bare', undefined],
    ] as const) {
      const tokens = await register(username);
      const guards = failing([RETRYABLE], 'after');
      const response = await createIssuer(guards.vars).refresh(tokens.refresh_token, key ? { key } : {});
      expect(response.headers.get('refresh-outcome')).toBe('repeated');
      expect(await response.json()).toMatchObject({ generation: 1 });
    }
  });

  it('is given up after four tries: 503, and the client repeats it with its key', async () => {
    const tokens = await register('given-up');
    const guards = failing([RETRYABLE, RETRYABLE, RETRYABLE, RETRYABLE], 'after');
    const issuer = createIssuer(guards.vars);
    const refused = await issuer.refresh(tokens.refresh_token, { key: 'k' });
    expect(refused.headers.get('retry-after')).toBe('1');
    await expectProblem(refused, 503, 'temporarily_unavailable');
    expect(guards.calls).toHaveLength(4);
    const repeated = await issuer.refresh(tokens.refresh_token, { key: 'k' });
    expect(repeated.headers.get('refresh-outcome')).toBe('repeated');
    report(
      'one that failed four times was given up with a 503; repeated with its key, the refresh was answered',
    );
  });

  it('is not tried again on an overloaded guard: 503 with a longer Retry-After', async () => {
    const tokens = await register('overloaded');
    const guards = failing([OVERLOADED], 'before');
    const refused = await createIssuer(guards.vars).refresh(tokens.refresh_token, { key: 'k' });
    expect(refused.headers.get('retry-after')).toBe('5');
    await expectProblem(refused, 503, 'temporarily_unavailable');
    expect(guards.calls).toEqual(['refresh']);
    report('an overloaded guard was asked once: 503, Retry-After: 5');
  });

  it('is not tried again where that could do harm: a sign-in, or a refresh that nothing marks as a repeat', async () => {
    const tokens = await register('never-twice');
    const guards = failing([RETRYABLE], 'before');
    const strict = { ...guards.vars, RETRY_WINDOW: '0s' };
    await expectProblem(
      await createIssuer(strict).refresh(tokens.refresh_token),
      503,
      'temporarily_unavailable',
    );
    expect(guards.calls).toEqual(['refresh']);
    const others = failing([RETRYABLE], 'before');
    await expect(createIssuer(others.vars).login('never-twice')).rejects.toThrow(/503/);
    expect(others.calls.filter((call) => call === 'signIn')).toEqual(['signIn']);
  });
});
