import { AccountGuard as Guard } from './adapters/account-guard/account-guard.ts';
import { createAccounts } from './adapters/account-guard/accounts.ts';
import { systemClock } from './adapters/clock.ts';
import { createDictionaries } from './adapters/dictionaries.ts';
import { createCredentials } from './adapters/directory/d1-credentials.ts';
import { createDirectory } from './adapters/directory/d1-directory.ts';
import { PasswordDesk as Desk } from './adapters/password-desk/password-desk.ts';
import { createPasswords } from './adapters/password-desk/passwords.ts';
import { createKeyRing } from './core/keys/key-ring.ts';
import { parseRsaKey } from './core/keys/rsa-key.ts';
import { createStrengthCheck, type StrengthCheck } from './core/passwords/strength.ts';
import { parseMasterKey } from './core/settings/master-key.ts';
import { parseSettings, type SettingName } from './core/settings/settings.ts';
import { createApp } from './http/app.ts';

/** The Worker's environment: bindings and settings from `wrangler.toml`, and the secrets. */
export type Env = {
  REFRESH_TOKENS: KVNamespace;
  DIRECTORY: D1Database;
  ACCOUNT_GUARD: DurableObjectNamespace<AccountGuard>;
  PASSWORD_DESK: DurableObjectNamespace<PasswordDesk>;
  SIGN_IN_LIMIT: RateLimit;
  REGISTRATION_LIMIT: RateLimit;
  ASSETS: Fetcher;
  MASTER_KEY?: string;
  MASTER_KEY_PREVIOUS?: string;
  RSA_KEY?: string;
} & Partial<Record<SettingName, string>>;

export class AccountGuard extends Guard<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    const parsed = parseSettings(env);
    if (!parsed.ok) throw new Error(parsed.problems.join('; '));
    super(ctx, env, {
      store: env.REFRESH_TOKENS,
      directory: createDirectory(env.DIRECTORY),
      clock: systemClock,
      policy: parsed.settings,
    });
  }
}

export class PasswordDesk extends Desk<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, systemClock);
  }
}

type App = Pick<ReturnType<typeof createApp>, 'fetch'>;

const apps = new WeakMap<Env, App>();

export default {
  fetch(request, env, ctx) {
    const app = apps.get(env) ?? compose(env);
    apps.set(env, app);
    return app.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;

/** The only place that builds adapters. What is missing or wrong closes the issuer, and the log says what to do. */
function compose(env: Env): App {
  const parsed = parseSettings(env);
  const masterKey = parseMasterKey(env.MASTER_KEY);
  const hasPrevious = Boolean(env.MASTER_KEY_PREVIOUS) && env.MASTER_KEY_PREVIOUS !== env.MASTER_KEY;
  const previousMasterKey = hasPrevious ? parseMasterKey(env.MASTER_KEY_PREVIOUS) : undefined;
  const problems = parsed.ok ? [] : [...parsed.problems];
  if (!masterKey)
    problems.push('MASTER_KEY must be a secret of 32 random bytes in base64url; `npm run deploy` makes one');
  if (hasPrevious && !previousMasterKey) problems.push('MASTER_KEY_PREVIOUS must be an earlier MASTER_KEY');
  const rsaKey = env.RSA_KEY ? parseRsaKey(env.RSA_KEY) : undefined;
  if (env.RSA_KEY && !rsaKey)
    problems.push('RSA_KEY must be a PKCS#8 RSA key of 2048 bits or more in base64url');
  if (!parsed.ok || !masterKey || problems.length > 0) return createClosedApp(problems);

  const { settings } = parsed;
  const keys = createKeyRing({ masterKey, previousMasterKey, rsaKey, ...settings });
  const dictionaries = createDictionaries(env.ASSETS);
  let check: StrengthCheck | undefined;
  return createApp({
    settings,
    keys,
    accounts: createAccounts(env.ACCOUNT_GUARD, settings.retryWindowSeconds),
    directory: createDirectory(env.DIRECTORY),
    credentials: createCredentials(env.DIRECTORY),
    passwords: createPasswords(env.PASSWORD_DESK, keys),
    async findWeakness(password, username) {
      check ??= createStrengthCheck(await dictionaries.load());
      return check(password, username);
    },
    limits: { signIn: env.SIGN_IN_LIMIT, registration: env.REGISTRATION_LIMIT },
    clock: systemClock,
    log: (event) => console.log(JSON.stringify(event)),
  });
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
