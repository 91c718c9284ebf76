import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Frame, renderPage } from './layout.tsx';
import type { Texts } from './texts/texts.ts';

type FaultKind = Exclude<keyof Texts['fault'], 'back'>;

/** A page that says why nothing was done, and leads back. */
export function faultPage(
  c: Context,
  frame: Frame,
  kind: FaultKind,
  status: ContentfulStatusCode,
): Response | Promise<Response> {
  const { fault } = frame.texts;
  const { title, text } = fault[kind];
  return renderPage(
    c,
    frame,
    { title, status, hasError: true },
    <section class="card" aria-labelledby="title">
      <h1 id="title">{title}</h1>
      <p class="lead">{text}</p>
      <p>
        <a href={frame.here}>{fault.back}</a>
      </p>
    </section>,
  );
}
