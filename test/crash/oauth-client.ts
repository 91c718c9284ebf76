import { createHash, randomBytes } from 'node:crypto';
import { Visitor } from '../live/support/visitor.ts';
import { AppClient, type Attempt } from './app-client.ts';
import type { Place } from './honest-client.ts';
import type { Issuer } from './issuer.ts';

const CALLBACK = 'https://client.example.com/callback';

/** Registers a public client, as anybody may (RFC 7591). @returns its id */
export async function registerOAuthClient(issuer: Issuer): Promise<string> {
  const response = await issuer.post('/oauth/register', {
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  });
  if (response?.status !== 201) throw new Error(`No client is registered: ${response?.status}`);
  return ((await response.json()) as { client_id: string }).client_id;
}

/** An app that came by an authorization code, and refreshes and signs out as OAuth has it: by forms, at `/oauth/token` and `/oauth/revoke`. */
export class OAuthClient extends AppClient {
  readonly #clientId: string;

  constructor(place: Place, clientId: string) {
    super(place);
    this.#clientId = clientId;
  }

  /** A kill on the way leaves nothing to go on with: then the user begins again. */
  protected override async requestSession(): Promise<Response | undefined> {
    const { issuer, credentials } = this.place;
    const visitor = new Visitor(issuer.name, (url, init) => issuer.fetch(url.pathname + url.search, init));
    const verifier = randomBytes(32).toString('base64url');
    try {
      await visitor.signIn(credentials.username, credentials.password);
      const callback = await visitor.allow(`/oauth/authorize?${this.#request(verifier)}`);
      return await issuer.post(
        '/oauth/token',
        this.#form('authorization_code', {
          code: callback.searchParams.get('code') ?? '',
          redirect_uri: CALLBACK,
          code_verifier: verifier,
        }),
      );
    } catch {
      return undefined;
    }
  }

  protected override refreshCall({ attempt, refreshToken }: Attempt) {
    const body = this.#form('refresh_token', { refresh_token: refreshToken });
    return { path: '/oauth/token', body, headers: { 'idempotency-key': attempt } };
  }

  protected override logoutCall(refreshToken: string) {
    const body = new URLSearchParams({ token: refreshToken, client_id: this.#clientId });
    return { path: '/oauth/revoke', body, headers: {} };
  }

  #form(grant: string, parameters: Record<string, string>): URLSearchParams {
    return new URLSearchParams({ grant_type: grant, client_id: this.#clientId, ...parameters });
  }

  #request(verifier: string): URLSearchParams {
    return new URLSearchParams({
      response_type: 'code',
      client_id: this.#clientId,
      redirect_uri: CALLBACK,
      scope: 'profile',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
  }
}
