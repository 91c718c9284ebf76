import { useEffect, useSyncExternalStore } from 'react';
import type { Client, State } from './types.ts';

const UNKNOWN: State = { status: 'unknown' };

/**
 * Who is signed in, for a React component: it renders again when that changes, and not at each refresh.
 *
 * @param client the page's client, made once, outside of components
 * @returns `unknown` on a server, and until the issuer was asked
 */
export function useSession(client: Client): State {
  // A network that is away is the app's to tell, at its next request.
  useEffect(() => void client.session().catch(() => {}), [client]);
  return useSyncExternalStore(client.onChange, client.state, () => UNKNOWN);
}
