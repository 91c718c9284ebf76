import type { Context } from 'hono';
import { type Frame, renderPage } from '../layout.tsx';
import { fill } from '../texts/texts.ts';

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
    { title: oauth.logoutTitle, leadsElsewhere: true },
    <section class="card" aria-labelledby="title">
      <h1 id="title">{oauth.logoutTitle}</h1>
      <p class="lead">{fill(oauth.logoutLead, { username: view.username })}</p>
      <form method="post" action="/oauth/logout/confirm">
        {Object.entries(view.fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button type="submit" name="decision" value="allow">
          {accountPage.signOut}
        </button>
        <button type="submit" name="decision" value="deny" class="plain">
          {oauth.stay}
        </button>
      </form>
    </section>,
  );
}
