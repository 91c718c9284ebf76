import type { Context } from 'hono';
import { type Frame, renderPage } from '../layout.tsx';
import { fill, type Texts } from '../texts/texts.ts';
import { DecisionForm } from './decision-form.tsx';

export type ConsentView = {
  /** Where the form goes. */
  action: string;
  /** Fields that say what is answered. */
  fields: Readonly<Record<string, string>>;
  username: string;
  /** What the client calls itself, which nobody checked. */
  clientName: string;
  /** Where the answer goes: the host, or the app's own scheme; undefined for a device. */
  destination: string | undefined;
  scopes: readonly string[];
};

/** Asks a user whether a client may act for them. Works without a script. */
export function consentPage(c: Context, frame: Frame, view: ConsentView): Response | Promise<Response> {
  const { oauth } = frame.texts;
  return renderPage(
    c,
    frame,
    { title: oauth.consentTitle, leadsElsewhere: true, keepsOpener: true },
    <section class="card" aria-labelledby="title">
      <h1 id="title">{oauth.consentTitle}</h1>
      <p class="lead">{fill(oauth.consentLead, { client: view.clientName, username: view.username })}</p>
      {view.destination !== undefined && (
        <p class="hint">{fill(oauth.destination, { host: view.destination })}</p>
      )}
      <ul>
        {view.scopes.map((scope) => (
          <li>{describeScope(scope, oauth)}</li>
        ))}
      </ul>
      <DecisionForm action={view.action} fields={view.fields} allow={oauth.allow} deny={oauth.deny} />
    </section>,
  );
}

/** What a scope means, in the user's words. */
export function describeScope(scope: string, { scopes, otherScope }: Texts['oauth']): string {
  return Object.hasOwn(scopes, scope) ? String(scopes[scope]) : fill(otherScope, { scope });
}
