import { LiveServer } from '../live/support/server.ts';
import { PAGE_ORIGIN } from './browser-client.ts';
import { type Issuer, postJson } from './issuer.ts';

/**
 * `npm start`, as a user runs it. It is killed with everything that it started, and started again on the same folder and port;
 * every second time only its runtime is killed, and it has to come back by itself.
 */
export class StartedIssuer implements Issuer {
  readonly #server: LiveServer;
  #up: Promise<void> = Promise.resolve();
  #crashes = 0;

  static async start(): Promise<StartedIssuer> {
    return new StartedIssuer(await LiveServer.start({ FAILURE_DELAY: '0s', ALLOWED_ORIGINS: PAGE_ORIGIN }));
  }

  private constructor(server: LiveServer) {
    this.#server = server;
  }

  async post(path: string, body: object, headers?: Record<string, string>): Promise<Response | undefined> {
    await this.#up;
    return postJson(this.#server.url + path, body, headers);
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
