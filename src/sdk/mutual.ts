import { concatBytes } from '@noble/hashes/utils.js';
import { ALGORITHMS, type Algorithm, integer, natural, number, string } from './mutual/algorithms.ts';
import { findChallenge, type Parameters, parseParameters } from './mutual/challenge.ts';

/** Why a request by Mutual failed. Nothing of the answer was used. */
export type MutualErrorCode =
  /** The issuer doesn't offer Mutual, or not in a way that this client may accept. */
  | 'not_offered'
  /** The username or the password is wrong, or the server doesn't know the password. */
  | 'wrong_credentials'
  /** The server could not show that it knows the password: somebody else answers. */
  | 'server_not_verified'
  /** The request was refused for something else than the credentials, by whoever it was: `status`, such as 404. */
  | 'refused'
  /** Too many attempts, or the issuer is busy: `retryAfterSeconds`. */
  | 'try_later';

export class MutualError extends Error {
  readonly code: MutualErrorCode;
  /** Of the answer that ended it, if that was `refused` or `try_later`. */
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: MutualErrorCode, answer?: Response) {
    super(`Mutual authentication failed: ${code}`);
    this.name = 'MutualError';
    this.code = code;
    this.status = answer?.status;
    this.retryAfterSeconds =
      code === 'try_later' ? Number(answer?.headers.get('Retry-After')) || 1 : undefined;
  }
}

export type MutualOptions = {
  /** For example `https://id.example.com/auth/login`. */
  url: string;
  /** Capitals are small letters, as everywhere at the issuer. */
  username: string;
  /** Prepared as the issuer does (RFC 8265 section 4.2): each kind of space is one, then NFC. */
  password: string;
  /** Instead of the one that the issuer offers. */
  algorithm?: string;
  /** `include` for a page that asks for a cookie. */
  credentials?: 'include' | 'omit' | 'same-origin';
  fetch?: typeof fetch;
};

export type MutualClient = {
  /**
   * Posts JSON and hands the answer over only if it comes from a server that knows the password.
   *
   * @throws MutualError, or what `fetch` throws
   */
  post(json?: object): Promise<Response>;
};

/** What is shared after a key exchange. */
type Session = {
  realm: Realm;
  sid: string;
  algorithm: Algorithm;
  shared: Uint8Array;
  nonce: number;
  most: number;
};
type Realm = { algorithm: string; authScope: string; realm: string };

/**
 * A client of the Mutual scheme: it proves the password without showing it, and verifies that the server knows it too.
 * A session is used again for later requests, until the server has forgotten it.
 *
 * @see RFC 8120 section 10.2: the states of a client
 */
export function createMutualClient(options: MutualOptions): MutualClient {
  const { url } = options;
  const username = options.username.toLowerCase();
  const send = options.fetch ?? fetch;
  const { protocol, hostname, port, origin } = new URL(url);
  const host = `${protocol}//${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
  const password = options.password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
  let realm: Realm | undefined;
  let session: Session | undefined;

  const request = (json: object | undefined, asked?: Realm, fields: string[] = []) =>
    send(url, {
      method: 'POST',
      ...(options.credentials && { credentials: options.credentials }),
      headers: {
        ...(json && { 'Content-Type': 'application/json' }),
        ...(asked && { Authorization: `Mutual ${[...commonOf(asked), ...fields].join(', ')}` }),
      },
      ...(json && { body: JSON.stringify(json) }),
    });

  /** What a challenge asks for, if this client may answer it (RFC 8120 sections 5 and 7). */
  function accept(challenge: Parameters | undefined): Realm {
    const algorithm = options.algorithm ?? challenge?.get('algorithm')?.toLowerCase() ?? '';
    const authScope = challenge?.get('auth-scope') ?? '';
    const isMine = [hostname, origin].includes(authScope) || isWithin(authScope, hostname);
    const isKnown =
      challenge?.get('version') === '1' &&
      challenge.get('validation') === 'host' &&
      Object.hasOwn(ALGORITHMS, algorithm);
    if (!isKnown || !isMine) throw new MutualError('not_offered');
    return { algorithm, authScope, realm: challenge.get('realm') ?? '' };
  }

  /** req-KEX-C1 and 401-KEX-S1. @returns `undefined` if the realm is another by now */
  async function exchange(asked: Realm): Promise<Session | undefined> {
    const algorithm = ALGORITHMS[asked.algorithm]?.();
    if (!algorithm) throw new MutualError('not_offered');
    const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
    const { secret, kc1 } = algorithm.begin(random);
    const salt = concatBytes(...[asked.algorithm, asked.authScope, asked.realm, username].map(string));
    const pi = await algorithm.passwordNumber(password, salt);
    const response = await request(undefined, asked, [
      nameOf(username),
      `kc1=${algorithm.write(kc1, algorithm.elementBytes)}`,
    ]);
    refuseOther(response);
    if (response.status !== 401) throw new MutualError('server_not_verified');
    const answer = findChallenge(response.headers.get('WWW-Authenticate'));
    if (!isOf(asked, answer)) return undefined;
    if (!answer.has('ks1')) throw new MutualError('wrong_credentials');
    const ks1 = algorithm.read(answer.get('ks1') ?? '');
    if (ks1 === undefined) throw new MutualError('server_not_verified');
    const z = algorithm.finish({ secret, kc1, ks1, pi });
    if (z === undefined) throw new MutualError('server_not_verified');
    return {
      realm: asked,
      sid: answer.get('sid') ?? '',
      algorithm,
      shared: concatBytes(...[kc1, ks1, z].map((value) => natural(value, algorithm.elementBytes))),
      nonce: 0,
      most: Number(answer.get('nc-max') ?? 0),
    };
  }

  /** req-VFY-C, and the check of 200-VFY-S. @returns `undefined` if the server has forgotten the session, or the realm is another by now */
  async function verify(json: object | undefined, { ...held }: Session): Promise<Response | undefined> {
    const { algorithm, sid, shared, nonce } = held;
    const proof = (side: 3 | 4) =>
      number(algorithm.hash(concatBytes(Uint8Array.of(side), shared, integer(nonce), string(host))));
    const bytes = algorithm.hash(new Uint8Array()).length;
    const response = await request(json, held.realm, [
      `sid=${sid}`,
      `nc=${nonce}`,
      `vkc=${algorithm.write(proof(4), bytes)}`,
    ]);
    if (response.status === 401) {
      const challenge = findChallenge(response.headers.get('WWW-Authenticate'));
      if (!isOf(held.realm, challenge)) realm = undefined;
      else if (challenge.get('reason') !== 'stale-session') throw new MutualError('wrong_credentials');
      return undefined;
    }
    const info = parseParameters(response.headers.get('Authentication-Info') ?? '');
    const vks = algorithm.read(info.get('vks') ?? '');
    if (!info.has('vks')) refuseOther(response);
    if (vks !== proof(3) || info.get('sid') !== sid) throw new MutualError('server_not_verified');
    return response;
  }

  async function useSession(json: object | undefined): Promise<Response | undefined> {
    if (!session || session.nonce > session.most) return undefined;
    const held = session;
    session = { ...held, nonce: held.nonce + 1 };
    try {
      const response = await verify(json, held);
      if (!response) session = undefined;
      return response;
    } catch (fault) {
      session = undefined;
      throw fault;
    }
  }

  return {
    async post(json) {
      const reused = await useSession(json);
      if (reused) return reused;
      session = realm && (await exchange(realm));
      if (!session) {
        realm = accept(await ask());
        session = await exchange(realm);
      }
      // It was asked this very moment.
      if (!session) throw new MutualError('not_offered');
      const response = await useSession(json);
      // It was made this very moment: who has forgotten it now never knew it.
      if (!response) throw new MutualError('server_not_verified');
      return response;
    },
  };

  /** A request without credentials, for the challenge. */
  async function ask(): Promise<Parameters | undefined> {
    const response = await request(undefined);
    refuseOther(response);
    return response.status === 401 ? findChallenge(response.headers.get('WWW-Authenticate')) : undefined;
  }
}

function commonOf({ algorithm, authScope, realm }: Realm): string[] {
  return [
    'version=1',
    `algorithm=${algorithm}`,
    'validation=host',
    `auth-scope=${quote(authScope)}`,
    `realm=${quote(realm)}`,
  ];
}

/** A header holds no other letters than these, and `fetch` would throw (RFC 8120 section 3.1, RFC 8187 section 3.2). */
function nameOf(username: string): string {
  if (/^[ -~]*$/.test(username)) return `user=${quote(username)}`;
  const escaped = encodeURIComponent(username.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `user*=UTF-8''${escaped}`;
}

/** Whether a challenge is of this realm (RFC 8120 section 5). */
function isOf(asked: Realm, challenge: Parameters | undefined): challenge is Parameters {
  return (
    challenge?.get('algorithm')?.toLowerCase() === asked.algorithm &&
    challenge.get('auth-scope') === asked.authScope &&
    (challenge.get('realm') ?? '') === asked.realm
  );
}

/** What says nothing of the credentials, and need not come from the issuer (RFC 8120 section 10.1). */
function refuseOther(response: Response): void {
  const { status } = response;
  if (status === 429 || status >= 500) throw new MutualError('try_later', response);
  if (status >= 400 && status !== 401) throw new MutualError('refused', response);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** `*.example.com` holds for that name and those below it. */
function isWithin(scope: string, hostname: string): boolean {
  return scope.startsWith('*.') && `.${hostname}`.endsWith(scope.slice(1));
}
