import type { Accounts } from '../core/account/accounts.ts';
import type { Credentials } from '../core/account/credentials.ts';
import type { Directory } from '../core/account/directory.ts';
import type { UsedProofs } from '../core/dpop/used-proofs.ts';
import type { KeyRing } from '../core/keys/key-ring.ts';
import type { Clients } from '../core/oauth/client.ts';
import type { ClientKeys } from '../core/oauth/client-keys.ts';
import type { Consents } from '../core/oauth/consents.ts';
import type { DeviceGrants } from '../core/oauth/device-grants.ts';
import type { Passwords } from '../core/passwords/passwords.ts';
import type { Settings } from '../core/settings/settings.ts';
import type { RefreshTokens } from '../core/tokens/refresh-tokens.ts';
import type { Language } from '../pages/texts/language.ts';
import type { Texts } from '../pages/texts/texts.ts';

/** A limit over a minute; `limit` counts a call and says whether it is still allowed. */
export type Limit = { limit(options: { key: string }): Promise<{ success: boolean }> };

/** The signed status lists, as anybody may fetch them. */
export type StatusTokens = {
  /** @returns the status list token of a shard; `undefined` if there is no such list */
  sign(issuer: string, shard: number): Promise<string | undefined>;
};

/** Everything the routes work with; built in one place, `src/index.ts`. */
export type Services = {
  settings: Settings;
  keys: KeyRing;
  refreshTokens: RefreshTokens;
  accounts: Accounts;
  directory: Directory;
  credentials: Credentials;
  passwords: Passwords;
  clients: Clients;
  clientKeys: ClientKeys;
  consents: Consents;
  deviceGrants: DeviceGrants;
  usedProofs: UsedProofs;
  statusTokens: StatusTokens;
  /** @returns why a new password is too weak, or `undefined` */
  findWeakness(password: string, username: string): Promise<string | undefined>;
  /** @returns the API's contract, an OpenAPI document */
  readContract(): Promise<object>;
  /** @returns what the pages say in a language */
  readTexts(language: Language): Promise<Texts>;
  limits: Record<'signIn' | 'registration' | 'token' | 'authorize' | 'clientRegistration' | 'device', Limit>;
  /** @returns epoch seconds, with a fraction */
  clock(): number;
  /** One line of the log. Never a credential. */
  log(event: LogEvent): void;
};

export type LogEvent = { event: string } & Record<string, string | number | boolean | object | undefined>;
