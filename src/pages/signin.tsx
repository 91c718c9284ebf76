import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Field } from './field.tsx';
import { Filled } from './filled.tsx';
import { type Frame, renderPage } from './layout.tsx';
import { AppName, type AppView } from './oauth/app.tsx';
import type { Texts } from './texts/texts.ts';

/** What is wrong with what was sent; the form shows it beside the field that it is about. */
export type SigninErrors = { username?: string; password?: string; form?: string; isPairWrong?: boolean };

export type SigninView = {
  /** Create an account, or sign in to one. */
  isNew: boolean;
  canRegister: boolean;
  username?: string | undefined;
  /** Where it leads, if not to `/account`. */
  returnTo?: string | undefined;
  /** The app that it leads to, if it does. */
  app?: AppView | undefined;
  /** What was just left: these pages, or every session. */
  left?: keyof Texts['signedOut'] | undefined;
  errors?: SigninErrors;
  status?: ContentfulStatusCode;
};

/** `/signin`: works without a script, and with any password manager. */
export function signinPage(c: Context, frame: Frame, view: SigninView): Response | Promise<Response> {
  const { isNew, errors = {} } = view;
  const all = frame.texts;
  const texts = isNew ? all.registration : all.signin;
  const isRefused = Object.keys(errors).length > 0;
  // Which app the device runs only its code tells, which its user has yet to confirm.
  const lead = view.returnTo?.startsWith('/oauth/device') ? all.oauth.deviceWayOn : texts.lead;
  return renderPage(
    c,
    frame,
    {
      title: texts.title,
      hasError: isRefused,
      // After an authorization request the redirects end at the client.
      leadsElsewhere: view.returnTo?.startsWith('/oauth/') ?? false,
      keepsOpener: true,
      ...(view.status && { status: view.status }),
    },
    <section class="card" aria-labelledby="title">
      <h1 id="title">{texts.title}</h1>
      {view.left && (
        <p class="notice" role="status">
          {all.signedOut[view.left]}
        </p>
      )}
      <p class="lead">{view.app ? <WayOn app={view.app} texts={all.oauth} /> : lead}</p>
      {errors.form && (
        <p class="notice danger" role="alert">
          {errors.form}
        </p>
      )}
      <form method="post" action={signinPath(view.returnTo, isNew)}>
        <Field
          name="username"
          label={all.signin.username}
          autocomplete={isNew ? 'username' : 'username webauthn'}
          value={view.username}
          hint={isNew ? all.registration.usernameHint : undefined}
          error={errors.username}
          isInvalid={errors.isPairWrong ?? false}
          autofocus={!errors.password}
        />
        <Field
          name="password"
          label={all.signin.password}
          type="password"
          autocomplete={isNew ? 'new-password' : 'current-password'}
          hint={isNew ? all.registration.passwordHint : undefined}
          error={errors.password}
          autofocus={Boolean(errors.password) && !errors.username}
        />
        <button type="submit">{texts.submit}</button>
      </form>
      {(isNew || view.canRegister) && (
        <p class="aside">
          {isNew ? all.registration.hasAccount : all.signin.noAccount}{' '}
          <a href={signinPath(view.returnTo, !isNew)}>{isNew ? all.signin.title : all.signin.register}</a>
        </p>
      )}
    </section>,
  );
}

function WayOn({ app, texts }: { app: AppView; texts: Texts['oauth'] }) {
  const values = { client: <AppName name={app.clientName} />, host: app.destination };
  return (
    <>
      <Filled text={texts.wayOn} values={values} /> {app.isSelfNamed && texts.selfNamed}
    </>
  );
}

/** The address of the form, or of the other one of the two. */
export function signinPath(returnTo: string | undefined, isNew = false): string {
  const query = new URLSearchParams();
  if (isNew) query.set('new', '');
  if (returnTo !== undefined) query.set('return_to', returnTo);
  return query.size === 0 ? '/signin' : `/signin?${query}`;
}
