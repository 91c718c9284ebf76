import { LiveServer } from '../live/support/server.ts';
import { PAGE_ORIGIN } from './browser-client.ts';
import { type Issuer, post } from './issuer.ts';

/**
 * `npm start`, as a user runs it. It is killed with everything that it started, and started again on the same folder and port;
 * every second time only its runtime is killed, and it has to come back by itself.
 */
export class StartedIssuer implements Issuer {
  readonly #server: LiveServer;
  #up: Promise<void> = Promise.resolve();
  #crashes = 0;

  static async start(): Promise<StartedIssuer> {
    return new StartedIssuer(
      await LiveServer.start({
        FAILURE_DELAY: '0s',
        ALLOWED_ORIGINS: PAGE_ORIGIN,
        CLIENT_REGISTRATION: 'open',
      }),
    );
  }

  private constructor(server: LiveServer) {
    this.#server = server;
  }

  async post(path: string, body: object, headers?: Record<string, string>): Promise<Response | undefined> {
    await this.#up;
    return post(this.#server.url + path, body, headers);
  }

  async fetch(path: string, init?: RequestInit): Promise<Response> {
    await this.#up;
    return fetch(this.#server.url + path, init);
  }

  get name(): string {
    return this.#server.url;
  }

  async crash(): Promise<void> {
    this.#crashes += 1;
    this.#up = this.#crashes % 2 === 0 ? this.#server.crash() : this.#server.restart();
    await this.#up;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
