import type { RequestContext } from './context.ts';

/**
 * Takes back what a user has allowed a client, and ends the client's sessions.
 *
 * @returns false if it was allowed nothing
 */
export async function takeBackConsent(
  c: RequestContext,
  username: string,
  clientId: string,
): Promise<boolean> {
  const { consents, accounts, log } = c.get('services');
  // First: a code on its way is looked at once more when its session is open, and then finds nothing here.
  const isRemoved = await consents.remove(username, clientId);
  const sessions = (await accounts.list(username)).filter((session) => session.clientId === clientId);
  // A device's client has sessions only, and so has one whose end failed half-way and is asked for again.
  if (!isRemoved && sessions.length === 0) return false;
  for (const { sid } of sessions) await accounts.end(username, sid);
  log({ event: 'consent_taken_back', username, clientId });
  return true;
}
