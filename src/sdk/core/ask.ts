import { type Answer, readAnswer, unreached } from './answer.ts';
import { backoffMs } from './backoff.ts';
import type { Tab } from './tab.ts';

/** How the issuer is spoken to: with its cookies where they are the transport. */
export function credentialsOf({ isCookie }: Tab): RequestCredentials {
  return isCookie ? 'include' : 'omit';
}

/**
 * Sends one request to the issuer. If the access token is none of its own any more, it goes without: the refresh token says all
 * that is needed.
 */
export async function ask(
  tab: Tab,
  path: string,
  body: object,
  bearer?: string,
  key?: string,
  signal?: AbortSignal,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(tab.timeoutMs);
  const request = new Request(tab.issuer + path, {
    method: 'POST',
    credentials: credentialsOf(tab),
    headers: {
      'content-type': 'application/json',
      ...(key && { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  const answer = await tab.sendAs(request, bearer, request.clone()).then(readAnswer, unreached);
  return bearer && answer.error?.status === 401 ? ask(tab, path, body, undefined, key, signal) : answer;
}

/** Repeats a request that changes nothing when it is repeated, until the issuer answers. @throws ClientError when it doesn't */
export async function persist(tab: Tab, send: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await send();
    if (answer.kind !== 'failed') return answer;
    if (!(await pause(tab, tries, answer.error.retryAfterSeconds))) throw answer.error;
  }
}

/** Waits before the next try. @returns whether there should be one */
export async function pause(
  tab: Tab,
  tries: number,
  retryAfterSeconds: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const milliseconds = backoffMs(tries, tab.random(), retryAfterSeconds);
  if (milliseconds !== undefined) await tab.sleep(milliseconds, signal);
  return milliseconds !== undefined;
}
