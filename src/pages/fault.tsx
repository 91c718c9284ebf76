import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Frame, renderPage } from './layout.tsx';
import type { Texts } from './texts/texts.ts';

type FaultKind = Exclude<keyof Texts['fault'], 'back' | 'again' | 'home'>;

/** A page that says why nothing was done, and leads on from there if anything does. */
export function faultPage(
  c: Context,
  frame: Frame,
  kind: FaultKind,
  status: ContentfulStatusCode,
): Response | Promise<Response> {
  const { fault } = frame.texts;
  const { title, text } = fault[kind];
  const way = wayOut(c, frame, kind);
  return renderPage(
    c,
    frame,
    { title, status, hasError: true, keepsOpener: true },
    <section class="card" aria-labelledby="title">
      <h1 id="title">{title}</h1>
      <p class="lead">{text}</p>
      {way && (
        <p>
          <a href={way.href}>{way.name}</a>
        </p>
      )}
    </section>,
  );
}

/** A form's page is behind it. An address would say the same again, unless it was only busy. */
function wayOut(
  c: Context,
  { here, texts: { fault } }: Frame,
  kind: FaultKind,
): { href: string; name: string } | undefined {
  if (kind === 'notFound') return { href: '/account', name: fault.home };
  if (c.req.method === 'POST') return { href: here, name: fault.back };
  return kind === 'tooMany' || kind === 'unavailable' ? { href: here, name: fault.again } : undefined;
}
