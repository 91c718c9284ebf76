import type { Context } from 'hono';

/**
 * Headers of a document, beside those that every answer has.
 *
 * @param policy its Content-Security-Policy
 * @param keepsOpener an app may have opened it in a popup, and waits for that to come back. Cross-Origin-Opener-Policy would
 *   cut the two apart for good: the app would take the popup for closed
 */
export function setDocumentHeaders(c: Context, policy: string, keepsOpener = false): void {
  c.header('Content-Security-Policy', policy);
  if (!keepsOpener) c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Origin-Agent-Cluster', '?1');
}
