import { type CredentialType, isDerived } from '../core/account/credentials.ts';
import { credentialAddPath } from './credential-add.tsx';
import type { Frame } from './layout.tsx';
import { Dated } from './moment.tsx';
import { fill } from './texts/texts.ts';

export type CredentialView = { id: string; type: CredentialType; created_at: number };

type Props = {
  frame: Frame;
  credentials: readonly CredentialView[];
  /** The types that one may add. */
  addable: readonly CredentialType[];
  now: number;
};

/** What signs this user in beside the password; each can be ended, and more be added. */
export function CredentialList({ frame, credentials, addable, now }: Props) {
  const { accountPage: texts } = frame.texts;
  return (
    <section class="card" aria-labelledby="credentials">
      <h2 id="credentials">{texts.credentialsTitle}</h2>
      <p class="lead">{texts.credentialsLead}</p>
      {credentials.length > 0 && <Rows {...{ frame, credentials, now }} />}
      {addable.length > 0 && (
        <p class="buttons">
          {addable.map((type) => (
            <a class="button plain" href={credentialAddPath(type)}>
              {frame.texts.credentialAdd.titles[type]}
            </a>
          ))}
        </p>
      )}
    </section>
  );
}

function Rows({ frame, credentials, now }: Omit<Props, 'addable'>) {
  const { language } = frame;
  const { accountPage: texts } = frame.texts;
  return (
    <ul class="rows">
      {credentials.map(({ id, type, created_at }) => (
        <li>
          <div>
            <h3>{texts.credentialTypes[type]}</h3>
            <p class="hint parts">
              {!isDerived(type) && <code>{id}</code>}{' '}
              <Dated text={texts.added} {...{ language, now, at: created_at }} />
            </p>
          </div>
          <form method="post" action="/account/credentials/end">
            <input type="hidden" name="id" value={id} />
            <button
              type="submit"
              class="plain"
              aria-label={fill(texts.endCredential, { name: texts.credentialTypes[type] })}
            >
              {texts.end}
            </button>
          </form>
        </li>
      ))}
    </ul>
  );
}

/** After a new password: keys that sign in without one, which somebody else may have added. */
export function StandingKeys({ frame, credentials }: Pick<Props, 'frame' | 'credentials'>) {
  const { accountPage: texts } = frame.texts;
  const keys = credentials.filter(({ type }) => !isDerived(type));
  if (keys.length === 0) return null;
  const names = keys.map(({ id, type }) => `${texts.credentialTypes[type]} ${id}`);
  return (
    <section class="notice danger" aria-labelledby="standing">
      <h2 id="standing">{texts.standingTitle}</h2>
      <p>{texts.standingLead}</p>
      <ul>
        {names.map((name) => (
          <li>{name}</li>
        ))}
      </ul>
      <form method="post" action="/account/credentials/end-keys">
        <button type="submit" class="danger">
          {texts.endKeys}
        </button>
      </form>
    </section>
  );
}
