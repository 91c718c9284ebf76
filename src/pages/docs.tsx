import type { Context } from 'hono';
import { raw } from 'hono/html';

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

const STYLE = 'body { margin: 0 } noscript { display: block; padding: 2rem; font-family: system-ui }';

/** The API's documentation, shown by Swagger UI from our own origin. */
export function docsPage(c: Context): Response | Promise<Response> {
  const nonce = crypto.randomUUID();
  c.header('Content-Security-Policy', policy(nonce));
  return c.html(
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>edgemint API</title>
          <link rel="stylesheet" href="/docs/swagger-ui.css" />
          <style>{STYLE}</style>
          <link rel="icon" href="data:," />
        </head>
        <body>
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
