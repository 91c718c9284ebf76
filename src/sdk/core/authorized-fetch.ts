import { accessToken, anotherToken } from './access.ts';
import { isInvalidToken } from './challenge.ts';
import type { Tab } from './tab.ts';

/** As the global `fetch`, with the access token where it belongs, and once more after it was refused. */
export async function fetchAuthorized(
  tab: Tab,
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  const request = new Request(input, init);
  if (!isListed(tab, request)) return tab.fetch(request);
  // Before the body is used. A stream may be endless: it isn't kept for a second time.
  const spare = init?.body instanceof ReadableStream ? undefined : request.clone();
  const token = await unlessAborted(request, accessToken(tab));
  if (!token) return tab.fetch(request);
  const response = await tab.sendAs(request, token, spare);
  if (!isInvalidToken(response)) return response;
  const another = await unlessAborted(request, anotherToken(tab, token));
  if (!another || !spare) return response;
  await response.body?.cancel();
  return tab.sendAs(spare, another);
}

/** A caller who sets credentials means them. */
function isListed({ origins }: Tab, { url, headers }: Request): boolean {
  return origins.includes(new URL(url).origin) && !headers.has('authorization');
}

/** A caller who aborts need not wait for a refresh, which others may need. */
function unlessAborted<T>({ signal }: Request, promise: Promise<T>): Promise<T> {
  const abort = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  return Promise.race([promise, abort]);
}
