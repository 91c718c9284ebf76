import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** A single-page app's own origin: files by path, from memory, on another port of localhost. */
export class Site {
  readonly #server: Server;
  /** By path; `/` is its page. */
  readonly files = new Map<string, string>();

  static async start(files: Readonly<Record<string, string>> = {}): Promise<Site> {
    const site = new Site();
    for (const [path, text] of Object.entries(files)) site.files.set(path, text);
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const text = this.files.get(pathname);
      const type = TYPES[extname(pathname)] ?? 'text/html';
      if (text === undefined) response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
      else response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Same site as any other port of localhost, so SameSite=Strict cookies travel between them. */
  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** The same files from another site. */
  get foreignUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
