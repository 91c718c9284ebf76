import type { Context } from 'hono';
import { raw } from 'hono/html';
import { setDocumentHeaders } from '../document-headers.ts';
import type { Frame } from '../layout.tsx';
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
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`;
  setDocumentHeaders(c, policy, true);
  return c.html(
    <>
      {raw('<!doctype html>')}
      <html lang={frame.language}>
        <head>
          <meta charset="utf-8" />
          <title>{oauth.continue}</title>
        </head>
        <body>
          <form method="post" action={redirectUri}>
            <HiddenFields fields={parameters} />
            <noscript>
              <button type="submit">{oauth.continue}</button>
            </noscript>
          </form>
          <script nonce={nonce} dangerouslySetInnerHTML={{ __html: 'document.forms[0].submit()' }} />
        </body>
      </html>
    </>,
  );
}
