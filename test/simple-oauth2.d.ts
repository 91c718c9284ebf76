/** As much of it as is used: the package has no types. */
declare module 'simple-oauth2' {
  type Token = Record<string, unknown> & { access_token: string; refresh_token?: string; id_token?: string };
  type AccessToken = {
    token: Token;
    expired(): boolean;
    refresh(parameters?: { scope?: string }): Promise<AccessToken>;
    revokeAll(): Promise<void>;
  };
  type Options = {
    client: { id: string; secret: string };
    auth: {
      tokenHost: string;
      tokenPath: string;
      authorizePath?: string;
      revokePath?: string;
    };
    options?: { authorizationMethod?: 'header' | 'body' };
  };
  export class AuthorizationCode {
    constructor(options: Options);
    authorizeURL(parameters: Record<string, string>): string;
    getToken(parameters: Record<string, string>): Promise<AccessToken>;
  }
  export class ClientCredentials {
    constructor(options: Options);
    getToken(parameters: Record<string, string>): Promise<AccessToken>;
  }
}
