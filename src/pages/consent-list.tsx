import type { Consent } from '../core/oauth/consents.ts';
import type { Frame } from './layout.tsx';
import { Dated } from './moment.tsx';
import { ScopeList } from './oauth/consent.tsx';
import { fill } from './texts/texts.ts';

/** What clients call themselves, by their id. */
export type ClientNames = ReadonlyMap<string, string>;

type Props = { frame: Frame; consents: readonly Consent[]; names: ClientNames; now: number };

/** The apps that may act for this user, the last allowed first; what each was allowed can be taken back. */
export function ConsentList({ frame, consents, names, now }: Props) {
  const { language, texts: all } = frame;
  const { accountPage: texts, oauth } = all;
  return (
    <section class="card" aria-labelledby="consents">
      <h2 id="consents">{texts.consentsTitle}</h2>
      <p class="lead">{texts.consentsLead}</p>
      <ul class="rows">
        {consents
          .toSorted((a, b) => b.grantedAt - a.grantedAt)
          .map(({ clientId, scope, grantedAt }) => {
            const name = names.get(clientId) ?? clientId;
            return (
              <li>
                <div>
                  <h3>
                    <bdi>{name}</bdi>
                  </h3>
                  <ScopeList scopes={scope.split(' ').filter(Boolean)} texts={oauth} />
                  <p class="hint parts">
                    <code>{clientId}</code>{' '}
                    <Dated text={texts.allowed} {...{ language, now, at: grantedAt }} />
                  </p>
                </div>
                <form method="post" action="/account/consents/end">
                  <input type="hidden" name="client" value={clientId} />
                  <button type="submit" class="plain" aria-label={fill(texts.withdrawFrom, { client: name })}>
                    {texts.withdraw}
                  </button>
                </form>
              </li>
            );
          })}
      </ul>
    </section>
  );
}
