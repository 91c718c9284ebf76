import type { Context } from 'hono';
import { Filled } from '../filled.tsx';
import { type Frame, renderPage } from '../layout.tsx';
import { fill, type Texts } from '../texts/texts.ts';
import { AppName, type AppView } from './app.tsx';
import { DecisionForm } from './decision-form.tsx';

export type ConsentView = Omit<AppView, 'destination'> & {
  /** Where the form goes. */
  action: string;
  /** Fields that say what is answered. */
  fields: Readonly<Record<string, string>>;
  username: string;
  /** Others may pass for the client. */
  isImitable?: boolean;
  /** Undefined for a device. */
  destination?: string;
  /** What the device shows, if it is one that asks. */
  userCode?: string;
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
      <p class="lead">
        <Filled
          text={oauth.consentLead}
          values={{ client: <AppName name={view.clientName} />, username: view.username }}
        />{' '}
        {view.isSelfNamed && oauth.selfNamed}
      </p>
      {view.userCode !== undefined && (
        <p class="notice">
          <Filled
            text={oauth.onlyThisCode}
            values={{ code: <strong class="mono">{view.userCode}</strong> }}
          />
        </p>
      )}
      {view.destination !== undefined && (
        <p class="hint">
          {fill(oauth.destination, { host: view.destination })}{' '}
          {(view.isSelfNamed || view.isImitable) && oauth.onlyFromThere}
        </p>
      )}
      <ScopeList scopes={view.scopes} texts={oauth} />
      <DecisionForm action={view.action} fields={view.fields} allow={oauth.allow} deny={oauth.deny} />
    </section>,
  );
}

/** What scopes mean, in the user's words; two that mean the same are said once. */
export function ScopeList({ scopes, texts }: { scopes: readonly string[]; texts: Texts['oauth'] }) {
  const meanings = new Set(scopes.map((scope) => describeScope(scope, texts)));
  return (
    <ul class="points">
      {[...meanings].map((meaning) => (
        <li>{meaning}</li>
      ))}
    </ul>
  );
}

function describeScope(scope: string, { scopes, otherScope }: Texts['oauth']): string {
  return Object.hasOwn(scopes, scope) ? String(scopes[scope]) : fill(otherScope, { scope });
}
