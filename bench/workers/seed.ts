import { createAccounts } from '../../src/adapters/account-guard/accounts.ts';
import type { Grant, SignIn } from '../../src/core/account/accounts.ts';
import type { Env } from '../../src/index.ts';

export { AccountGuard, PasswordDesk, ProofDesk, StatusShard } from '../../src/index.ts';

export type SeedOrder = {
  usernames: string[];
  /** Epoch seconds. */
  now: number;
  /** The user whose KV record they get a copy of; they are signed in, if there is none. */
  like?: string;
};

const SIGN_IN: Omit<SignIn, 'registeredAt'> = {
  ...{ credentialsVersion: 1, clientId: 'edgemint', scope: 'account', amr: ['pwd'] },
  ...{ place: { device: '', country: '' }, isNewUser: true },
};

/**
 * Puts users into edgemint's own storage, hundreds in a request: a row in the directory, and a session opened by their guard, as
 * a sign-up does but for the password's hash, which takes 0.2 s. Or, for a crowd, the row and a record only.
 */
export default {
  async fetch(request, { REFRESH_TOKENS: records, DIRECTORY: directory, ACCOUNT_GUARD: guards }) {
    const { usernames, now, like } = await request.json<SeedOrder>();
    const insert = directory.prepare(
      'INSERT INTO users (username, password_hash, credentials_version, created_at) VALUES (?, ?, 1, ?)',
    );
    await directory.batch(usernames.map((username) => insert.bind(username, '', now)));
    if (like !== undefined) {
      const record = (await records.get(like)) ?? '';
      await Promise.all(usernames.map((username) => records.put(username, record)));
      return Response.json([]);
    }
    const accounts = createAccounts(guards, 0);
    const signIn = async (username: string): Promise<Grant> => {
      const outcome = await accounts.signIn(username, { ...SIGN_IN, registeredAt: now });
      if (outcome.kind !== 'opened') throw new Error(`${username}: ${outcome.kind}`);
      return outcome.grant;
    };
    return Response.json(await Promise.all(usernames.map(signIn)));
  },
} satisfies ExportedHandler<Env>;
