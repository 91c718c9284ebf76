import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ApiCall = { method: string; authorization: string | undefined; body: string };

const EXPIRED = 'Bearer error="invalid_token", error_description="The access token expired"';

/** A resource server of another origin, which lets any page in, and refuses the tokens that it is told to. */
export class Api {
  readonly calls: ApiCall[] = [];
  readonly #server: Server;
  /** Authorization headers that it takes for expired. */
  readonly expired = new Set<string>();

  static async start(): Promise<Api> {
    const api = new Api();
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
      response.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate');
      if (request.method === 'OPTIONS') return void response.writeHead(204).end();
      const { authorization } = request.headers;
      let body = '';
      for await (const chunk of request) body += chunk;
      this.calls.push({ method: request.method ?? '', authorization, body });
      const isRefused = authorization !== undefined && this.expired.has(authorization);
      if (isRefused) response.writeHead(401, { 'WWW-Authenticate': EXPIRED }).end();
      else response.end(`you sent ${body}`);
    });
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
