import type { CredentialType } from '../core/account/credentials.ts';
import type { Frame } from './layout.tsx';
import { Moment } from './moment.tsx';
import { fill } from './texts/texts.ts';

export type CredentialView = { id: string; type: CredentialType; created_at: number };

type Props = { frame: Frame; credentials: readonly CredentialView[]; now: number };

/** What signs this user in beside the password; each can be ended. */
export function CredentialList({ frame, credentials, now }: Props) {
  const { language } = frame;
  const { accountPage: texts } = frame.texts;
  return (
    <section class="card" aria-labelledby="credentials">
      <h2 id="credentials">{texts.credentialsTitle}</h2>
      <p class="lead">{texts.credentialsLead}</p>
      <ul class="rows">
        {credentials.map(({ id, type, created_at }) => (
          <li>
            <div>
              <h3>{texts.credentialTypes[type]}</h3>
              <p class="hint">
                <code>{id}</code> · {texts.added} <Moment {...{ language, now, at: created_at }} />
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
    </section>
  );
}
