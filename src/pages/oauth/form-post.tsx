import type { Context } from 'hono';
import { raw } from 'hono/html';
import { destinationOf } from '../../core/oauth/redirect-uri.ts';
import { setDocumentHeaders } from '../document-headers.ts';
import { Head } from '../head.tsx';
import type { Frame } from '../layout.tsx';
import { fill } from '../texts/texts.ts';
import { HiddenFields } from './decision-form.tsx';

/**
 * Posts an answer to a client from the browser; without a script, by a button.
 *
 * @see OAuth 2.0 Form Post Response Mode section 2
 */
export function formPostPage(
  c: Context,
  frame: Frame,
  redirectUri: string,
  parameters: Readonly<Record<string, string>>,
): Response | Promise<Response> {
  const nonce = crypto.randomUUID();
  const { oauth } = frame.texts;
  // No form-action: it would hold for the redirects of the client, too.
  const policy = `default-src 'none'; style-src 'self'; script-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`;
  setDocumentHeaders(c, policy, true);
  return c.html(
    <>
      {raw('<!doctype html>')}
      <html lang={frame.language}>
        <head>
          <Head />
          <title>{oauth.continue}</title>
          <noscript>
            <link rel="stylesheet" href="/pages/edgemint.css" />
          </noscript>
        </head>
        <body>
          <main class="narrow">
            <form method="post" action={redirectUri}>
              <HiddenFields fields={parameters} />
              <noscript>
                <div class="card">
                  <h1>{oauth.continue}</h1>
                  <p class="lead">{fill(oauth.destination, { host: destinationOf(redirectUri) })}</p>
                  <button type="submit">{oauth.continue}</button>
                </div>
              </noscript>
            </form>
          </main>
          <script nonce={nonce} dangerouslySetInnerHTML={{ __html: 'document.forms[0].submit()' }} />
        </body>
      </html>
    </>,
  );
}
