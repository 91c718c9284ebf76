import { AccountGuard as Guard } from './adapters/account-guard/account-guard.ts';
import { createAccounts } from './adapters/account-guard/accounts.ts';
import type { GuardOptions } from './adapters/account-guard/guard-options.ts';
import { createAsset } from './adapters/asset.ts';
import { createLogoutNotifier } from './adapters/back-channel.ts';
import { createClientKeys } from './adapters/clients/client-keys.ts';
import { createClients } from './adapters/clients/d1-clients.ts';
import { createConsents } from './adapters/clients/d1-consents.ts';
import { createDeviceGrants } from './adapters/clients/d1-device-grants.ts';
import { systemClock } from './adapters/clock.ts';
import { createCredentials } from './adapters/directory/d1-credentials.ts';
import { createDirectory } from './adapters/directory/d1-directory.ts';
import { PasswordDesk as Desk } from './adapters/password-desk/password-desk.ts';
import { createPasswords } from './adapters/password-desk/passwords.ts';
import { ProofDesk as Proofs } from './adapters/proof-desk/proof-desk.ts';
import { createUsedProofs } from './adapters/proof-desk/used-proofs.ts';
import { createStatusLists } from './adapters/status-shard/status-lists.ts';
import { StatusShard as Shard } from './adapters/status-shard/status-shard.ts';
import { createStatusTokens } from './adapters/status-shard/status-tokens.ts';
import { createKeyRing, type KeyRing } from './core/keys/key-ring.ts';
import { createStrengthCheck, type Dictionaries, type StrengthCheck } from './core/passwords/strength.ts';
import { parseSecrets } from './core/settings/secrets.ts';
import { parseSettings, type SettingName, type Settings } from './core/settings/settings.ts';
import { createRefreshTokens } from './core/tokens/refresh-tokens.ts';
import { createApp } from './http/app.ts';
import { keepDocuments } from './http/documents.ts';
import type { Services } from './http/services.ts';
import type { Language } from './pages/texts/language.ts';
import type { Texts } from './pages/texts/texts.ts';

/** The Worker's environment: bindings and settings from `wrangler.toml`, and the secrets. */
export type Env = {
  REFRESH_TOKENS: KVNamespace;
  DIRECTORY: D1Database;
  ACCOUNT_GUARD: DurableObjectNamespace<AccountGuard>;
  PASSWORD_DESK: DurableObjectNamespace<PasswordDesk>;
  PROOF_DESK: DurableObjectNamespace<ProofDesk>;
  STATUS_SHARD: DurableObjectNamespace<StatusShard>;
  SIGN_IN_LIMIT: RateLimit;
  REGISTRATION_LIMIT: RateLimit;
  TOKEN_LIMIT: RateLimit;
  AUTHORIZE_LIMIT: RateLimit;
  CLIENT_REGISTRATION_LIMIT: RateLimit;
  DEVICE_LIMIT: RateLimit;
  ASSETS: Fetcher;
  MASTER_KEY?: string;
  MASTER_KEY_PREVIOUS?: string;
  RSA_KEY?: string;
  RSA_KEY_PREVIOUS?: string;
} & Partial<Record<SettingName, string>>;

export class AccountGuard extends Guard<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, guardOptionsOf(env));
  }
}

/** What the guards of an isolate share: each is made anew after ten quiet seconds, and reading the settings takes longer than that. */
const guardOptionsOf = oncePerEnv((env): GuardOptions => {
  const parsed = parseSettings(env);
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return {
    store: env.REFRESH_TOKENS,
    directory: createDirectory(env.DIRECTORY),
    status: createStatusLists(env.STATUS_SHARD, parsed.settings.accessTokenTtlSeconds, systemClock),
    clock: systemClock,
    policy: parsed.settings,
    notifyLogout: createLogoutNotifier(
      createClients(env.DIRECTORY),
      readKeys(env, parsed.settings),
      systemClock,
    ),
  };
});

export class PasswordDesk extends Desk<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, systemClock);
  }
}

export class ProofDesk extends Proofs<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, systemClock);
  }
}

export class StatusShard extends Shard<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, systemClock);
  }
}

type App = { fetch: ReturnType<typeof keepDocuments> };

const appOf = oncePerEnv(compose);

export default {
  fetch: (request, env, ctx) => appOf(env).fetch(request, env, ctx),
} satisfies ExportedHandler<Env>;

/** What an isolate makes of its environment once, when it is first asked for. */
function oncePerEnv<T extends object>(make: (env: Env) => T): (env: Env) => T {
  const made = new WeakMap<Env, T>();
  return (env) => {
    const known = made.get(env) ?? make(env);
    made.set(env, known);
    return known;
  };
}

/** The only place that builds adapters. What is missing or wrong closes the issuer, and the log says what to do. */
function compose(env: Env): App {
  const parsed = parseSettings(env);
  const read = parseSecrets(env, parsed.ok ? parsed.settings.signingAlg : undefined);
  if (!parsed.ok || !read.ok) {
    return createClosedApp([...(parsed.ok ? [] : parsed.problems), ...(read.ok ? [] : read.problems)]);
  }
  const { settings } = parsed;
  const keys = createKeyRing({ ...read.secrets, ...settings });
  const dictionaries = createAsset<Dictionaries>(env.ASSETS, '/dictionaries/en.json');
  const textsIn = (language: Language) => createAsset<Texts>(env.ASSETS, `/texts/${language}.json`);
  const texts = { en: textsIn('en'), ko: textsIn('ko') };
  let check: StrengthCheck | undefined;
  const services: Services = {
    settings,
    keys,
    refreshTokens: createRefreshTokens(keys),
    accounts: createAccounts(env.ACCOUNT_GUARD, settings.retryWindowSeconds),
    directory: createDirectory(env.DIRECTORY),
    credentials: createCredentials(env.DIRECTORY),
    clients: createClients(env.DIRECTORY),
    clientKeys: createClientKeys(),
    consents: createConsents(env.DIRECTORY),
    deviceGrants: createDeviceGrants(env.DIRECTORY),
    passwords: createPasswords(env.PASSWORD_DESK, keys),
    usedProofs: createUsedProofs(env.PROOF_DESK),
    statusTokens: createStatusTokens(
      createStatusLists(env.STATUS_SHARD, settings.accessTokenTtlSeconds, systemClock),
      keys,
      systemClock,
    ),
    async findWeakness(password, username) {
      check ??= createStrengthCheck(await dictionaries.load());
      return check(password, username);
    },
    readContract: createAsset<object>(env.ASSETS, '/docs/openapi.json').load,
    readTexts: (language) => texts[language].load(),
    limits: {
      signIn: env.SIGN_IN_LIMIT,
      registration: env.REGISTRATION_LIMIT,
      token: env.TOKEN_LIMIT,
      authorize: env.AUTHORIZE_LIMIT,
      clientRegistration: env.CLIENT_REGISTRATION_LIMIT,
      device: env.DEVICE_LIMIT,
    },
    clock: systemClock,
    log: (event) => console.log(JSON.stringify(event)),
  };
  return { fetch: keepDocuments(createApp(services).fetch, services) };
}

/** The guards' keys, for logout tokens; undefined while a secret is missing or wrong. */
function readKeys(env: Env, settings: Settings): KeyRing | undefined {
  const read = parseSecrets(env, settings.signingAlg);
  return read.ok ? createKeyRing({ ...read.secrets, ...settings }) : undefined;
}

/** Issues nothing. */
function createClosedApp(problems: readonly string[]): App {
  return {
    fetch() {
      for (const problem of problems) console.error(JSON.stringify({ event: 'misconfigured', problem }));
      return Response.json(
        {
          error: 'temporarily_unavailable',
          error_description: 'The issuer is not configured; its log says what to do',
        },
        { status: 503, headers: { 'Cache-Control': 'no-store', 'Retry-After': '60' } },
      );
    },
  };
}
