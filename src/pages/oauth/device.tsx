import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Field } from '../field.tsx';
import { type Frame, renderPage } from '../layout.tsx';

export type DeviceView = {
  userCode?: string | undefined;
  /** What is wrong with the code. */
  error?: string;
  /** What is wrong, but not with the code. */
  alert?: string;
  status?: ContentfulStatusCode;
};

/** Where a user types the code that their device shows. @see RFC 8628 section 3.3 */
export function devicePage(c: Context, frame: Frame, view: DeviceView): Response | Promise<Response> {
  const { oauth } = frame.texts;
  return renderPage(
    c,
    frame,
    {
      title: oauth.deviceTitle,
      hasError: (view.error ?? view.alert) !== undefined,
      ...(view.status && { status: view.status }),
    },
    <section class="card" aria-labelledby="title">
      <h1 id="title">{oauth.deviceTitle}</h1>
      <p class="lead">{oauth.deviceLead}</p>
      {view.alert && (
        <p class="notice danger" role="alert">
          {view.alert}
        </p>
      )}
      <form method="post" action="/oauth/device">
        <Field
          name="user_code"
          label={oauth.deviceCode}
          autocomplete="off"
          value={view.userCode}
          error={view.error}
          autofocus
        />
        <button type="submit">{oauth.continue}</button>
      </form>
    </section>,
  );
}

/** How it ended; the device goes on by itself. */
export function deviceDonePage(
  c: Context,
  frame: Frame,
  outcome: 'deviceAllowed' | 'deviceDenied',
): Response | Promise<Response> {
  const { oauth } = frame.texts;
  const title = oauth[outcome];
  return renderPage(
    c,
    frame,
    { title },
    <section class="card" aria-labelledby="title">
      <h1 id="title">{title}</h1>
      <p class="lead" role="status">
        {oauth.deviceDone}
      </p>
    </section>,
  );
}
