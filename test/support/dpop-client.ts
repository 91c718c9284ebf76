import { type CallOptions, type Client, PASSWORD, type Tokens } from './client.ts';
import { createDpopDevice, type DpopDevice, hashOfToken } from './dpop-device.ts';

export type ProofChanges = { claims?: Record<string, unknown>; header?: Record<string, unknown> };

/** A client that proves its key with each request, and knows the issuer's latest nonce. */
export class DpopClient {
  readonly issuer: Client;
  readonly device: DpopDevice;
  nonce: string | undefined;

  /** With a key of its own, for ES256 unless it is said. */
  static async create(issuer: Client, alg?: string): Promise<DpopClient> {
    return new DpopClient(issuer, await createDpopDevice(alg));
  }

  private constructor(issuer: Client, device: DpopDevice) {
    this.issuer = issuer;
    this.device = device;
  }

  /** The proof of one request; without changes, one that holds. */
  async proof(method: string, path: string, token?: string, changes: ProofChanges = {}): Promise<string> {
    const claims = {
      htm: method,
      htu: this.issuer.origin + path,
      iat: Math.floor(Date.now() / 1_000),
      nonce: this.nonce,
      ...(token !== undefined && { ath: await hashOfToken(token) }),
      ...changes.claims,
    };
    return this.device.prove(claims, changes.header);
  }

  /** Sends a request with a proof; with a new nonce once more, if it is asked for one. */
  async call(
    method: string,
    path: string,
    options: CallOptions & { token?: string } = {},
    changes: ProofChanges = {},
  ): Promise<Response> {
    if (this.nonce === undefined) await this.learnNonce();
    const { token, ...call } = options;
    const proof = await this.proof(method, path, token, changes);
    return this.send(method, path, call, proof, token);
  }

  async send(
    method: string,
    path: string,
    options: CallOptions,
    proof: string,
    token?: string,
  ): Promise<Response> {
    const authorization = token !== undefined && { Authorization: `DPoP ${token}` };
    const headers = { ...options.headers, ...authorization, DPoP: proof };
    return this.issuer.call(method, path, { ...options, headers });
  }

  async learnNonce(): Promise<void> {
    const path = '/auth/login';
    const proof = await this.proof('POST', path);
    const response = await this.send('POST', path, { json: {} }, proof);
    this.nonce = response.headers.get('DPoP-Nonce') ?? undefined;
  }

  async register(username: string): Promise<Tokens> {
    const json = { username, password: PASSWORD };
    const response = await this.call('POST', '/auth/register', { json });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    return response.json<Tokens>();
  }

  /** Refreshes with a proof alone, as a reloaded page does. */
  refresh(refreshToken: string, changes: ProofChanges = {}): Promise<Response> {
    return this.call('POST', '/auth/refresh', { json: { refresh_token: refreshToken } }, changes);
  }

  /** Posts a form, as OAuth's endpoints take it. */
  post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.call('POST', path, {
      body: new URLSearchParams(form).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    });
  }
}
