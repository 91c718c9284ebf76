/** An issuer that serves over HTTP, can be killed with no chance to put anything away, and comes back on the same state. */
export type Issuer = {
  /** Its origin, as its pages and tokens have it. */
  name: string;
  /** Form data as such, anything else as JSON. @returns `undefined` if the connection broke */
  post(path: string, body: object, headers?: Record<string, string>): Promise<Response | undefined>;
  /** As the global `fetch`, also in what it throws. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** SIGKILL, then a new start. Resolves when it serves again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
};

const PATIENCE_MILLISECONDS = 30_000;

/** @returns the answer, or `undefined` if the connection broke, so that nobody knows what happened */
export async function post(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response | undefined> {
  const isForm = body instanceof URLSearchParams;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...(!isForm && { 'content-type': 'application/json' }), ...headers },
      body: isForm ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
    // The body belongs to the answer: a connection that breaks within it has answered nothing.
    return new Response((await response.text()) || null, response);
  } catch {
    return undefined;
  }
}
