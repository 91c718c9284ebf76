import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that reached the issuer, with its answer, whatever became of that afterwards. */
export type Exchange = {
  method: string;
  path: string;
  /** By lower-cased name. */
  headers: IncomingMessage['headers'];
  body: string;
  status: number;
  answerHeaders: IncomingMessage['headers'];
  answer: string;
};

/** What the network does to one exchange. All may wait, and so delay it. */
export type Fault = {
  /** Before the issuer sees it; `drop` breaks the connection, and it never does. */
  onRequest?(request: Pick<Exchange, 'method' | 'path' | 'headers' | 'body'>): Promise<'drop' | undefined>;
  /** After the issuer answered; `drop` breaks the connection, and the answer is lost. */
  onAnswer?(exchange: Exchange): Promise<'drop' | undefined>;
};

/** The network between the browser and the issuer, on loopback, so that real responses reach a real cookie jar late or never. */
export class FaultyProxy {
  readonly #server: Server;
  /** Every exchange of the issuer, in the order of its answers. */
  readonly exchanges: Exchange[] = [];
  /** Set it to what should go wrong from now on. */
  fault: Fault = {};

  static async start(target: URL): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  private constructor(target: URL) {
    this.#server = createServer((incoming, outgoing) => {
      this.#pass(target, incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(target: URL, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { fault } = this;
    const { method = '', url: path = '', headers } = incoming;
    const body = await readAll(incoming);
    if ((await fault.onRequest?.({ method, path, headers, body })) === 'drop') return drop(outgoing);
    const upstream = await forward(target, { method, path, headers, body });
    const answer = await readAll(upstream);
    const status = upstream.statusCode ?? 502;
    const exchange = { method, path, headers, body, status, answerHeaders: upstream.headers, answer };
    this.exchanges.push(exchange);
    if ((await fault.onAnswer?.(exchange)) === 'drop') return drop(outgoing);
    const { 'transfer-encoding': _chunked, connection: _hop, ...kept } = upstream.headers;
    outgoing.writeHead(status, kept).end(answer);
  }
}

function drop(outgoing: ServerResponse): void {
  outgoing.socket?.destroy();
}

function forward(
  target: URL,
  { method, path, headers, body }: Pick<Exchange, 'method' | 'path' | 'headers' | 'body'>,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // The Host header stays the browser's: the issuer follows it.
    const plain = { ...headers, 'accept-encoding': 'identity' };
    const { hostname: host, port } = target;
    request({ host, port, method, path, headers: plain }, resolve).once('error', reject).end(body);
  });
}

async function readAll(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
