import type { SessionView } from '../core/account/accounts.ts';
import type { Place } from '../core/account/session.ts';
import type { SessionId } from '../core/account/session-id.ts';
import type { ClientNames } from './consent-list.tsx';
import type { Frame } from './layout.tsx';
import { Dated } from './moment.tsx';
import { nameCountry } from './texts/moments.ts';
import { fill, type Texts } from './texts/texts.ts';

type Props = {
  frame: Frame;
  sessions: readonly SessionView[];
  names: ClientNames;
  current: SessionId;
  now: number;
};

/** The sessions, the one of this browser first, then by their last use; each can be ended. */
export function SessionList({ frame, sessions, names, current, now }: Props) {
  const ordered = sessions.toSorted(
    (a, b) => Number(b.sid === current) - Number(a.sid === current) || b.lastUsedAt - a.lastUsedAt,
  );
  return (
    <ul class="rows">
      {ordered.map((session) => (
        <li>
          <Session {...{ frame, session, names, now, isCurrent: session.sid === current }} />
        </li>
      ))}
    </ul>
  );
}

type SessionProps = Omit<Props, 'sessions' | 'current'> & { session: SessionView; isCurrent: boolean };

function Session({ frame, session, names, now, isCurrent }: SessionProps) {
  const { language } = frame;
  const { accountPage: texts } = frame.texts;
  const place = placeName(frame, session.place);
  const lastUsedAt = isCurrent ? now : session.lastUsedAt;
  return (
    <>
      <div>
        <h3>
          {place}
          {isCurrent && <span class="badge">{texts.thisDevice}</span>}
        </h3>
        <p class="hint parts">
          <bdi>{clientName(session.clientId, names, texts)}</bdi>{' '}
          {session.credential !== undefined && (
            <span>{fill(texts.openedBy, { credential: session.credential })}</span>
          )}{' '}
          <Dated text={texts.lastUsed} {...{ language, now, at: lastUsedAt }} />{' '}
          <Dated text={texts.opened} {...{ language, now, at: session.openedAt }} />
        </p>
      </div>
      <form method="post" action="/account/sessions/end">
        <input type="hidden" name="sid" value={session.sid} />
        <button type="submit" class="plain" aria-label={fill(texts.endSession, { device: place })}>
          {texts.end}
        </button>
      </form>
    </>
  );
}

/** @returns for example `Chrome · Linux (South Korea)` */
export function placeName({ language, texts }: Frame, { device, country }: Place): string {
  const name =
    device === '' || device === 'Unknown device'
      ? texts.accountPage.unknownDevice
      : device.replace(' on ', ' · ');
  const land = nameCountry(language, country);
  return land === undefined ? name : `${name} (${land})`;
}

function clientName(clientId: string, names: ClientNames, texts: Texts['accountPage']): string {
  if (clientId === 'edgemint-pages') return texts.thesePages;
  return clientId === 'edgemint' ? texts.firstParty : (names.get(clientId) ?? clientId);
}
