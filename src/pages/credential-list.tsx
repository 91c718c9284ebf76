import type { CredentialType } from '../core/account/credentials.ts';
import { Moment } from './moment.tsx';
import type { Language } from './texts/language.ts';
import { textsIn } from './texts/texts.ts';

export type CredentialView = { id: string; type: CredentialType; created_at: number };

type Props = { language: Language; credentials: readonly CredentialView[]; now: number };

/** What signs this user in beside the password; each can be ended. */
export function CredentialList({ language, credentials, now }: Props) {
  const { accountPage: texts } = textsIn(language);
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
                aria-label={texts.endCredential(texts.credentialTypes[type])}
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
