import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ReusedSession, SessionView } from '../core/account/accounts.ts';
import type { CredentialType } from '../core/account/credentials.ts';
import type { Consent } from '../core/oauth/consents.ts';
import type { Signin } from '../core/tokens/signin-token.ts';
import { TheftNotice } from './account-theft.tsx';
import { type ClientNames, ConsentList } from './consent-list.tsx';
import { CredentialList, type CredentialView, StandingKeys } from './credential-list.tsx';
import { Field } from './field.tsx';
import { type Frame, renderPage } from './layout.tsx';
import { Moment } from './moment.tsx';
import { SessionList } from './session-list.tsx';
import type { Texts } from './texts/texts.ts';

/** What was just done, for `?done=`. */
export type AccountDeed = keyof Texts['accountPage']['done'];

export type AccountView = {
  signin: Signin;
  sessions: readonly SessionView[];
  credentials: readonly CredentialView[];
  /** The types of credentials that one may add. */
  addable: readonly CredentialType[];
  /** What this user has allowed clients. */
  consents: readonly Consent[];
  clientNames: ClientNames;
  /** Reuse that was found lately. */
  reused: readonly ReusedSession[];
  /** The sign-in is fresh enough to change credentials without the current password. */
  isFresh: boolean;
  now: number;
  done?: AccountDeed | undefined;
  errors?: PasswordErrors;
  status?: ContentfulStatusCode;
};

export type PasswordErrors = { current?: string; next?: string; form?: string };

/** `/account`: forms and links only, so that it works without a script. */
export function accountPage(c: Context, frame: Frame, view: AccountView): Response | Promise<Response> {
  const { accountPage: texts } = frame.texts;
  const { signin, reused, done, errors = {} } = view;
  return renderPage(
    c,
    frame,
    {
      title: texts.title,
      width: 'roomy',
      hasError: Object.keys(errors).length > 0,
      ...(view.status && { status: view.status }),
    },
    <>
      <div class="title-row">
        <h1>{texts.title}</h1>
        <form method="post" action="/account/signout">
          <button type="submit" class="plain">
            {texts.signOut}
          </button>
        </form>
      </div>
      {done && (
        <p class="notice" role="status">
          {texts.done[done]}
        </p>
      )}
      {done === 'password' && <StandingKeys frame={frame} credentials={view.credentials} />}
      {reused.length > 0 && <TheftNotice frame={frame} reused={reused} />}
      <Identity {...{ frame, signin, now: view.now }} />
      <Sessions {...{ frame, view }} />
      {view.consents.length > 0 && (
        <ConsentList frame={frame} consents={view.consents} names={view.clientNames} now={view.now} />
      )}
      <PasswordForm {...{ frame, view, errors }} />
      {view.credentials.length + view.addable.length > 0 && (
        <CredentialList {...{ frame, credentials: view.credentials, addable: view.addable, now: view.now }} />
      )}
    </>,
  );
}

function Identity({ frame, signin, now }: { frame: Frame; signin: Signin; now: number }) {
  const { language } = frame;
  const { accountPage: texts } = frame.texts;
  const methods = signin.amr.map((method) => texts.methods[method] ?? method);
  return (
    <section class="card" aria-labelledby="who">
      <h2 id="who">{texts.whoTitle}</h2>
      <dl class="facts">
        <dt>{texts.username}</dt>
        <dd>
          <strong>{signin.username}</strong>
        </dd>
        <dt>{texts.signedIn}</dt>
        <dd>
          <Moment {...{ language, now, at: signin.authTime }} />
        </dd>
        <dt>{texts.method}</dt>
        <dd>{methods.join(', ')}</dd>
      </dl>
    </section>
  );
}

function Sessions({ frame, view }: { frame: Frame; view: AccountView }) {
  const { accountPage: texts } = frame.texts;
  return (
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">{texts.sessionsTitle}</h2>
      <p class="lead">{texts.sessionsLead}</p>
      <SessionList
        {...{ frame, sessions: view.sessions, names: view.clientNames, now: view.now }}
        current={view.signin.sid}
      />
      <form method="post" action="/account/sessions/end-all">
        <p class="hint" id="end-all-hint">
          {texts.endAllLead}
        </p>
        <button type="submit" class="danger" aria-describedby="end-all-hint">
          {texts.endAll}
        </button>
      </form>
    </section>
  );
}

function PasswordForm(props: { frame: Frame; view: AccountView; errors: PasswordErrors }) {
  const { view, errors } = props;
  const { accountPage: texts, registration } = props.frame.texts;
  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">{texts.passwordTitle}</h2>
      <p class="lead">{texts.passwordLead}</p>
      {errors.form && (
        <p class="notice danger" role="alert">
          {errors.form}
        </p>
      )}
      <form method="post" action="/account/password">
        {/* Password managers want to know whose password it is. */}
        <input
          type="text"
          name="username"
          autocomplete="username"
          value={view.signin.username}
          readonly
          hidden
        />
        {(!view.isFresh || errors.current) && (
          <Field
            name="current"
            label={texts.current}
            type="password"
            autocomplete="current-password"
            error={errors.current}
            autofocus={Boolean(errors.current)}
          />
        )}
        <Field
          name="next"
          label={texts.next}
          type="password"
          autocomplete="new-password"
          hint={registration.passwordHint}
          error={errors.next}
          autofocus={Boolean(errors.next) && !errors.current}
        />
        <button type="submit">{texts.change}</button>
      </form>
    </section>
  );
}
