import { isDerived } from '../core/account/credentials.ts';
import { parsePassword } from '../core/passwords/password.ts';
import type { RequestContext } from './context.ts';
import { renewCredentials } from './derived-credentials.ts';
import { type CredentialsRefusal, credentialsVersionFor, type Holder } from './fresh-sign-in.ts';

/** Why the password stayed as it was. Descriptions are English and never contain what was sent. */
export type PasswordChangeRefusal =
  | CredentialsRefusal
  | { reason: 'bad_password' | 'weak_password'; description: string };

export type PasswordChangeRequest = {
  /** Needed unless the sign-in is fresh. */
  current?: string | undefined;
  next: unknown;
  /** Ends the credentials that don't derive from the password too. */
  endsCredentials?: boolean;
};

/** Changes the password and ends every session but the holder's. @returns why not, if it did not */
export async function changePassword(
  c: RequestContext,
  holder: Holder,
  request: PasswordChangeRequest,
): Promise<PasswordChangeRefusal | undefined> {
  const { sub, sid } = holder;
  const allowed = await credentialsVersionFor(c, holder, request.current);
  if (typeof allowed !== 'number') return allowed;
  const { passwords, accounts, credentials, findWeakness, log } = c.get('services');
  const next = parsePassword(request.next);
  if (!next.ok) return { reason: 'bad_password', description: next.description };
  const weakness = await findWeakness(next.password, sub);
  if (weakness !== undefined) return { reason: 'weak_password', description: weakness };
  const others = (await credentials.list(sub)).filter(({ type }) => !isDerived(type));
  const isChanged = await accounts.changePassword(sub, {
    credentialsVersion: allowed,
    passwordHash: await passwords.hash(sub, next.password),
    keep: sid,
    renewed: await renewCredentials(c, sub, next.password),
    ...(request.endsCredentials && { ended: others }),
  });
  if (!isChanged) return { reason: 'wrong_credentials' };
  log({ event: 'password_changed', username: sub, sid });
  return undefined;
}
