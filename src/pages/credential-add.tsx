import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type CredentialType, isDerived } from '../core/account/credentials.ts';
import { Field } from './field.tsx';
import { type Frame, renderPage } from './layout.tsx';

export type CredentialErrors = { password?: string; kid?: string; publicKey?: string; form?: string };

export type CredentialAddView = {
  type: CredentialType;
  /** What was sent of a key and refused. */
  kid?: string | undefined;
  publicKey?: string;
  errors?: CredentialErrors;
  status?: ContentfulStatusCode;
};

export function credentialAddPath(type: CredentialType): string {
  return `/account/credentials/add?type=${type}`;
}

/** Where one more way to sign in is added. */
export function credentialAddPage(
  c: Context,
  frame: Frame,
  view: CredentialAddView,
): Response | Promise<Response> {
  const { credentialAdd: texts } = frame.texts;
  const { type, errors = {}, status } = view;
  const title = texts.titles[type];
  const hasError = Object.keys(errors).length > 0;
  return renderPage(
    c,
    frame,
    { title, hasError, ...(type === 'hoba' && { script: 'keys' }), ...(status && { status }) },
    <section class="card" aria-labelledby="title">
      <h1 id="title">{title}</h1>
      <p class="lead">{texts.leads[type]}</p>
      {errors.form && (
        <p class="notice danger" role="alert">
          {errors.form}
        </p>
      )}
      <form method="post" action={credentialAddPath(type)}>
        {isDerived(type) && <PasswordField frame={frame} error={errors.password} />}
        {type === 'hoba' && <KeyFields frame={frame} view={view} errors={errors} />}
        <button type="submit">{texts.submits[type]}</button>
      </form>
      <BackToAccount frame={frame} />
    </section>,
  );
}

function PasswordField({ frame, error }: { frame: Frame; error: string | undefined }) {
  return (
    <Field
      name="password"
      label={frame.texts.accountPage.current}
      type="password"
      autocomplete="current-password"
      error={error}
      autofocus
    />
  );
}

type KeyFieldsProps = { frame: Frame; view: CredentialAddView; errors: CredentialErrors };

function KeyFields({ frame, view, errors }: KeyFieldsProps) {
  const { credentialAdd: texts } = frame.texts;
  return (
    <>
      <Field
        name="public_key"
        label={texts.publicKey}
        type="lines"
        autocomplete="off"
        value={view.publicKey}
        hint={texts.publicKeyHint}
        error={errors.publicKey}
        autofocus={!errors.kid}
      />
      {/* Shown by the script, without which it would do nothing. */}
      <div class="maker" data-make data-unsaved={texts.made} hidden>
        <button type="button" class="plain">
          {texts.make}
        </button>
        <p class="hint" role="status" />
        <button type="button" data-save="hoba-key.pem" hidden>
          {texts.save}
        </button>
      </div>
      <Field
        name="kid"
        label={texts.kid}
        autocomplete="off"
        value={view.kid}
        hint={texts.kidHint}
        error={errors.kid}
        autofocus={Boolean(errors.kid)}
        isOptional
      />
    </>
  );
}

export type AccessKey = { id: string; secret: string; region: string; service: string };

/** The one time that a secret is shown. */
export function accessKeyPage(c: Context, frame: Frame, key: AccessKey): Response | Promise<Response> {
  const { credentialAdd: texts } = frame.texts;
  return renderPage(
    c,
    frame,
    { title: texts.keyTitle, script: 'keys' },
    <section class="card" aria-labelledby="title">
      <h1 id="title">{texts.keyTitle}</h1>
      <p class="notice" role="status">
        {texts.keyLead}
      </p>
      <dl class="facts stacked">
        <Copyable frame={frame} name={texts.keyId} value={key.id} />
        <Copyable frame={frame} name={texts.secret} value={key.secret} />
        <dt>{texts.scope}</dt>
        <dd>
          <code>
            {key.region} / {key.service}
          </code>
        </dd>
      </dl>
      <BackToAccount frame={frame} />
    </section>,
  );
}

function Copyable({ frame, name, value }: { frame: Frame; name: string; value: string }) {
  const { credentialAdd: texts } = frame.texts;
  return (
    <>
      <dt>{name}</dt>
      <dd class="copyable">
        <code>{value}</code>
        <button
          type="button"
          class="plain"
          data-copy={value}
          data-done={texts.copied}
          aria-label={`${texts.copy}: ${name}`}
          hidden
        >
          {texts.copy}
        </button>
      </dd>
    </>
  );
}

function BackToAccount({ frame }: { frame: Frame }) {
  return (
    <p class="aside">
      <a href="/account">{frame.texts.credentialAdd.back}</a>
    </p>
  );
}
