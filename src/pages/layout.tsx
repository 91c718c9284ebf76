import type { Context } from 'hono';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Coin } from './coin.tsx';
import { setDocumentHeaders } from './document-headers.ts';
import { Head } from './head.tsx';
import { LANGUAGES, type Language } from './texts/language.ts';
import { fill, type Texts } from './texts/texts.ts';

/** What every page is shown with. */
export type Frame = {
  language: Language;
  texts: Texts;
  /** This page's path and query, for the language switch. */
  here: string;
  /** Whether there is a playground to lead to. */
  hasPlayground: boolean;
};

export type PageOptions = {
  title: string;
  status?: ContentfulStatusCode;
  /** Something was refused: said first in the title, where a screen reader begins. */
  hasError?: boolean;
  /** A script and a style of the page's own, by their name in `dist/assets/pages`. The script may call this origin. */
  island?: string;
  /** A script alone, by the same name; it calls nothing. */
  script?: string;
  /** Its form leads through redirects to an origin that is not known here, and `form-action` would hold for them too. */
  leadsElsewhere?: boolean;
  /** It may stand in an app's popup: see `setDocumentHeaders`. */
  keepsOpener?: boolean;
  /** `narrow` (a form) if not said. */
  width?: 'narrow' | 'roomy' | 'wide';
};

/** Answers a page in the one design: static styles from this origin, scripts by nonce, and nothing from anywhere else. */
export function renderPage(
  c: Context,
  frame: Frame,
  options: PageOptions,
  content: Child,
): Response | Promise<Response> {
  const nonce = crypto.randomUUID();
  setDocumentHeaders(c, policy(nonce, options), options.keepsOpener);
  c.header('Vary', 'Accept-Language, Cookie');
  return c.html(
    <>
      {raw('<!doctype html>')}
      <Document {...{ frame, options, nonce }}>{content}</Document>
    </>,
    options.status ?? 200,
  );
}

function policy(nonce: string, { island, leadsElsewhere }: PageOptions): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    `script-src 'nonce-${nonce}'`,
    ...(island === undefined ? [] : ["connect-src 'self'"]),
    ...(leadsElsewhere ? [] : ["form-action 'self'"]),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

type DocumentProps = { frame: Frame; options: PageOptions; nonce: string; children?: Child };

function Document({ frame, options, nonce, children }: DocumentProps) {
  const { texts } = frame;
  const script = options.script ?? options.island;
  const title = options.hasError ? fill(texts.errorInTitle, { title: options.title }) : options.title;
  return (
    <html lang={frame.language}>
      <head>
        <Head />
        {/* With `no-referrer`, which the header says, forms would be sent with `Origin: null`. */}
        <meta name="referrer" content="same-origin" />
        <title>{`${title} · edgemint`}</title>
        <link rel="stylesheet" href="/pages/edgemint.css" />
        <link rel="icon" type="image/svg+xml" href="/pages/coin.svg" />
        {options.island !== undefined && <link rel="stylesheet" href={`/pages/${options.island}.css`} />}
        <script type="module" nonce={nonce} src="/pages/once.js" />
        {script !== undefined && <script type="module" nonce={nonce} src={`/pages/${script}.js`} />}
      </head>
      <body>
        <a class="skip" href="#content">
          {texts.skipToContent}
        </a>
        <Header frame={frame} />
        <main id="content" class={options.width ?? 'narrow'} tabindex={-1}>
          {children}
        </main>
      </body>
    </html>
  );
}

function Header({ frame }: { frame: Frame }) {
  const { texts } = frame;
  const path = frame.here.split('?')[0];
  const links = [
    ...(frame.hasPlayground ? [{ href: '/', name: texts.playground }] : []),
    { href: '/account', name: texts.account },
    { href: '/docs', name: texts.docs },
  ];
  return (
    <header class="top">
      <a class="brand" href={frame.hasPlayground ? '/' : '/account'}>
        <Coin />
        <span>edgemint</span>
      </a>
      <nav aria-label={texts.navigation}>
        {links.map(({ href, name }) => (
          <a href={href} aria-current={href === path ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <nav class="languages" aria-label={texts.languageSwitch}>
        {Object.entries(LANGUAGES).map(([language, name]) => (
          <a
            href={withLanguage(frame.here, language)}
            lang={language}
            hreflang={language}
            aria-current={language === frame.language ? 'true' : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
    </header>
  );
}

function withLanguage(here: string, language: string): string {
  const [path = '/', query = ''] = here.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('lang', language);
  return `${path}?${parameters}`;
}
