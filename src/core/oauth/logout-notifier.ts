import type { SessionId } from '../account/session-id.ts';

/** A client's session that ended. */
export type LogoutNotification = {
  username: string;
  sid: SessionId;
  clientId: string;
  issuer: string;
};

/**
 * Tells a client by its back channel.
 *
 * @returns true if it was told, or there is nobody to tell any more; false if it should be tried again
 */
export type LogoutNotifier = (notification: LogoutNotification) => Promise<boolean>;
