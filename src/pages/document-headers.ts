import type { Context } from 'hono';

/** Headers of a document, beside those that every answer has. `policy`: its Content-Security-Policy. */
export function setDocumentHeaders(c: Context, policy: string): void {
  c.header('Content-Security-Policy', policy);
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Origin-Agent-Cluster', '?1');
}
