import { createHash, randomBytes } from 'node:crypto';
import type { ContestantName } from './contestants.ts';
import type { Answer, Served } from './served.ts';

/** How users of a contestant sign in and refresh, by the shortest way that it has. */
type Ways = {
  /** @returns what a refresh takes; edgemint's users are seeded: a password's hash takes 0.2 s */
  signIn(served: Served, user: string): Promise<string>;
  refresh(served: Served, token: string): Promise<string>;
};

const refresh: Ways['refresh'] = async (served, token) =>
  refreshTokenOf(await served.post('/auth/refresh', { refresh_token: token }));

const WAYS: Partial<Record<ContestantName, Ways>> = {
  edgemint: { signIn: () => Promise.reject(new Error('They are seeded')), refresh },
  floor: { signIn: async (_, user) => user, refresh },
  'guarded-floor': { signIn: async (_, user) => user, refresh },
  openauth: {
    async signIn(served, user) {
      const client = { client_id: user, client_secret: 'none' };
      const fields = { grant_type: 'client_credentials', provider: 'bench', ...client };
      return refreshTokenOf(await served.post('/token', new URLSearchParams(fields)));
    },
    async refresh(served, token) {
      const fields = { grant_type: 'refresh_token', refresh_token: token, client_id: 'bench' };
      return refreshTokenOf(await served.post('/token', new URLSearchParams(fields)));
    },
  },
  'workers-oauth-provider': {
    async signIn(served, user) {
      const verifier = randomBytes(32).toString('base64url');
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const seeded = JSON.parse((await served.get(`/seed?user=${user}&challenge=${challenge}`)).text);
      const fields = { ...seeded, grant_type: 'authorization_code', code_verifier: verifier };
      const token = refreshTokenOf(await served.post('/token', new URLSearchParams(fields)));
      return `${seeded.client_id}|${token}`;
    },
    async refresh(served, known) {
      const [client = '', token = ''] = known.split('|');
      const fields = { grant_type: 'refresh_token', refresh_token: token, client_id: client };
      return `${client}|${refreshTokenOf(await served.post('/token', new URLSearchParams(fields)))}`;
    },
  },
};

/** A contestant's users, each with the newest token it got. */
export class Users {
  readonly tokens: string[];
  /** What refused requests were answered, each answer once. */
  readonly faults = new Set<string>();
  #errors = 0;

  constructor(tokens: readonly string[] = []) {
    this.tokens = [...tokens];
  }

  async signIn(served: Served, count: number): Promise<void> {
    for (let user = 0; user < count; user += 1)
      this.tokens.push(await waysOf(served).signIn(served, `user-${user}`));
  }

  /** A user keeps its token if it is refused. */
  async refresh(served: Served, user: number): Promise<void> {
    try {
      this.tokens[user] = await waysOf(served).refresh(served, this.tokens[user] ?? '');
    } catch (fault) {
      this.#errors += 1;
      this.faults.add(String(fault));
    }
  }

  /** @returns how many were refused since this was last asked */
  takeErrors(): number {
    const errors = this.#errors;
    this.#errors = 0;
    return errors;
  }
}

function waysOf({ name }: Served): Ways {
  const ways = WAYS[name];
  if (!ways) throw new Error(`${name} has no users`);
  return ways;
}

function refreshTokenOf({ status, text }: Answer): string {
  if (status !== 200) throw new Error(`answered ${status} ${text.slice(0, 200)}`);
  return (JSON.parse(text) as { refresh_token: string }).refresh_token;
}
