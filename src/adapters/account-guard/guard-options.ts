import type { Directory } from '../../core/account/directory.ts';
import type { LogoutNotifier } from '../../core/oauth/logout-notifier.ts';
import type { StatusList } from '../../core/status/status-list.ts';
import type { Clock } from '../clock.ts';
import type { SessionPolicy } from './account-sessions.ts';

/** What a guard stands on. */
export type GuardOptions = {
  store: KVNamespace;
  directory: Directory;
  status: StatusList;
  clock: Clock;
  policy: SessionPolicy;
  notifyLogout: LogoutNotifier;
};
