import type { Context } from 'hono';
import { raw } from 'hono/html';
import { Coin } from './coin.tsx';
import { setDocumentHeaders } from './document-headers.ts';

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

const START = `
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
follow();
dark.addEventListener('change', follow);
SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, defaultModelsExpandDepth: -1 });
`;

/** The header of the other pages, without their style sheet: the viewer brings one for everything. */
const STYLE = `
body { margin: 0; font-family: system-ui, sans-serif }
noscript { display: block; padding: 2rem }
header { display: flex; align-items: center; gap: 1.25rem; padding: 0.75rem 1.25rem; max-width: 1420px; margin: auto }
header a { color: #4d5f56; text-decoration: none; font-size: 0.9375rem }
header a:hover { color: #14211b }
header .brand { display: flex; align-items: center; gap: 0.5rem; margin-right: auto; color: #14211b; font-size: 1.0625rem; font-weight: 650 }
.coin { width: 1.75rem; height: 1.75rem }
.coin .reeding { fill: none; stroke: #0c6b4c; stroke-width: 3; stroke-dasharray: 1.6 1.332 }
.coin .face { fill: #0c6b4c }
.coin .stamp { fill: none; stroke: #fff; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round }
.dark-mode header a { color: #a2b4ab }
.dark-mode header a:hover, .dark-mode header .brand { color: #e6efea }
`;

/** The API's documentation, shown by Swagger UI from our own origin. */
export function docsPage(c: Context, hasPlayground: boolean): Response | Promise<Response> {
  const nonce = crypto.randomUUID();
  setDocumentHeaders(c, policy(nonce));
  return c.html(
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>edgemint API</title>
          <link rel="stylesheet" href="/docs/swagger-ui.css" />
          <style dangerouslySetInnerHTML={{ __html: STYLE }} />
          <link rel="icon" type="image/svg+xml" href="/pages/coin.svg" />
        </head>
        <body>
          <header>
            <a class="brand" href={hasPlayground ? '/' : '/account'}>
              <Coin /> edgemint
            </a>
            {hasPlayground && <a href="/">Playground</a>}
            <a href="/account">Account</a>
          </header>
          <main id="docs" />
          <noscript>
            <p>
              The contract as JSON: <a href="/openapi.json">/openapi.json</a>
            </p>
          </noscript>
          <script nonce={nonce} src="/docs/swagger-ui-bundle.js" />
          <script nonce={nonce} dangerouslySetInnerHTML={{ __html: START }} />
        </body>
      </html>
    </>,
  );
}
