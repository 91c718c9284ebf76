import type { Context } from 'hono';
import { type Frame, renderPage } from './layout.tsx';

/** `/`: says what is to be seen; the rest is an island that speaks to the real endpoints and keeps nothing of its own. */
export function playgroundPage(c: Context, frame: Frame): Response | Promise<Response> {
  const { playgroundPage: texts } = frame.texts;
  return renderPage(
    c,
    frame,
    { title: texts.title, width: 'wide', island: 'playground' },
    <>
      <div class="intro">
        <h1>{texts.headline}</h1>
        <p class="lead">{texts.lead}</p>
      </div>
      <noscript>
        <p class="notice">{texts.noScript}</p>
      </noscript>
      <div id="playground" />
    </>,
  );
}
