import type { Context } from 'hono';
import { type Frame, renderPage } from '../layout.tsx';
import { fill } from '../texts/texts.ts';
import { DecisionForm } from './decision-form.tsx';

/** Asks a user whether an app may sign them out here, where it could not prove that it was they who asked. */
export function logoutPage(
  c: Context,
  frame: Frame,
  view: { username: string; fields: Readonly<Record<string, string>> },
): Response | Promise<Response> {
  const { oauth, accountPage } = frame.texts;
  return renderPage(
    c,
    frame,
    { title: oauth.logoutTitle, leadsElsewhere: true, keepsOpener: true },
    <section class="card" aria-labelledby="title">
      <h1 id="title">{oauth.logoutTitle}</h1>
      <p class="lead">{fill(oauth.logoutLead, { username: view.username })}</p>
      <DecisionForm
        action="/oauth/logout/confirm"
        fields={view.fields}
        allow={accountPage.signOut}
        deny={oauth.stay}
      />
    </section>,
  );
}
