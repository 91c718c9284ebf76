import type { Context } from 'hono';
import { raw } from 'hono/html';
import { Coin } from './coin.tsx';
import { setDocumentHeaders } from './document-headers.ts';
import { Head } from './head.tsx';

/** Swagger UI sets styles on elements and draws its icons from data URLs; scripts run by nonce only. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The API's documentation, shown by Swagger UI from our own origin. */
export function docsPage(c: Context, hasPlayground: boolean): Response | Promise<Response> {
  const nonce = crypto.randomUUID();
  setDocumentHeaders(c, policy(nonce));
  return c.html(
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <Head />
          <title>edgemint API</title>
          <link rel="stylesheet" href="/docs/swagger-ui.css" />
          <link rel="stylesheet" href="/pages/docs.css" />
          <link rel="icon" type="image/svg+xml" href="/pages/coin.svg" />
        </head>
        <body>
          <header>
            <a class="brand" href={hasPlayground ? '/' : '/account'}>
              <Coin /> edgemint
            </a>
            {hasPlayground && <a href="/">Playground</a>}
            <a href="/account">Account</a>
            <a href="/docs" aria-current="page">
              API
            </a>
          </header>
          {/* What the viewer puts into it has a `main` of its own. */}
          <div id="docs" />
          <noscript>
            <p>
              The contract as JSON: <a href="/openapi.json">/openapi.json</a>
            </p>
          </noscript>
          <script nonce={nonce} src="/docs/swagger-ui-bundle.js" />
          <script type="module" nonce={nonce} src="/pages/docs.js" />
        </body>
      </html>
    </>,
  );
}
