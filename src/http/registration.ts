import type { User } from '../core/account/directory.ts';
import { parseUsername } from '../core/account/username.ts';
import { parsePassword } from '../core/passwords/password.ts';
import { addressOf } from './address.ts';
import type { RequestContext } from './context.ts';
import { LIMIT_PERIOD_SECONDS } from './sign-in.ts';

/** Why nobody was registered. Descriptions are English and never contain what was sent. */
export type RegistrationProblem =
  | { kind: 'closed' | 'taken' }
  | { kind: 'throttled'; retryAfterSeconds: number }
  | { kind: 'bad_username' | 'bad_password' | 'weak_password'; description: string };

export type RegistrationOutcome = { ok: true; user: User } | { ok: false; problem: RegistrationProblem };

const USERNAME_RULE = 'A username has 1 to 64 characters of a-z 0-9 . _ @ + -, the first a letter or digit';

/** Adds a user to the directory, whether the API or a page asks for it. */
export async function register(
  c: RequestContext,
  name: unknown,
  secret: unknown,
): Promise<RegistrationOutcome> {
  const { settings, directory, passwords, limits, findWeakness, log } = c.get('services');
  if (settings.registration === 'closed') return refused({ kind: 'closed' });
  const { success } = await limits.registration.limit({ key: addressOf(c) });
  if (!success) return refused({ kind: 'throttled', retryAfterSeconds: LIMIT_PERIOD_SECONDS });
  const username = parseUsername(name);
  if (username === undefined) return refused({ kind: 'bad_username', description: USERNAME_RULE });
  // Whoever named an admin meant a user they know, not the next one to take the name.
  if (settings.admins.includes(username)) return refused({ kind: 'taken' });
  const parsed = parsePassword(secret);
  if (!parsed.ok) return refused({ kind: 'bad_password', description: parsed.description });
  const weakness = await findWeakness(parsed.password, username);
  if (weakness !== undefined) return refused({ kind: 'weak_password', description: weakness });
  if (await directory.isTaken(username)) return refused({ kind: 'taken' });

  const passwordHash = await passwords.hash(username, parsed.password);
  const user = await directory.add(username, passwordHash, c.get('now'));
  if (!user) return refused({ kind: 'taken' });
  log({ event: 'registered', username });
  return { ok: true, user };
}

function refused(problem: RegistrationProblem): RegistrationOutcome {
  return { ok: false, problem };
}
