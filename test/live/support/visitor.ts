/** Somebody at a browser without scripts: keeps cookies, follows redirects on the issuer, answers its forms. */
export class Visitor {
  readonly #issuer: string;
  readonly #fetch: (url: URL, init: RequestInit) => Promise<Response>;
  readonly #cookies = new Map<string, string>();

  /** @param send what carries its requests */
  constructor(
    issuer: string,
    send: (url: URL, init: RequestInit) => Promise<Response> = (url, init) => fetch(url, init),
  ) {
    this.#issuer = issuer;
    this.#fetch = send;
  }

  async register(username: string, password: string): Promise<void> {
    await this.#send('POST', '/signin?new=', { username, password });
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.#send('POST', '/signin', { username, password });
  }

  /**
   * Opens an address of the issuer and allows what is asked.
   *
   * @param typed what goes into every form
   * @returns where the client is sent to
   */
  async allow(address: URL | string, typed: Record<string, string> = {}): Promise<URL> {
    let response = await this.#send('GET', String(address));
    for (let step = 0; step < 8; step += 1) {
      const location = response.headers.get('location');
      if (location !== null && !location.startsWith('/') && !location.startsWith(this.#issuer))
        return new URL(location);
      response =
        location === null
          ? await this.#send('POST', ...(await formOf(response, typed)))
          : await this.#send('GET', location);
    }
    throw new Error('led in circles');
  }

  /** Types a device's code and allows it. */
  async connect(userCode: string): Promise<void> {
    const page = await this.#send('POST', '/oauth/device', { user_code: userCode });
    const done = await this.#send('POST', ...(await formOf(page)));
    if (done.status !== 200) throw new Error(await done.text());
  }

  async #send(method: string, address: string, fields?: Record<string, string>): Promise<Response> {
    const headers: Record<string, string> = {
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(fields && { origin: this.#issuer, 'sec-fetch-site': 'same-origin' }),
    };
    const body = fields && new URLSearchParams(fields);
    const url = new URL(address, this.#issuer);
    const response = await this.#fetch(url, { method, headers, redirect: 'manual', ...(body && { body }) });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return response;
  }
}

async function formOf(
  page: Response,
  typed: Record<string, string> = {},
): Promise<[string, Record<string, string>]> {
  const html = await page.text();
  const action = /<form (?=[^>]*method="post")[^>]*action="([^"]+)"/.exec(
    html.slice(html.indexOf('name="decision"') < 0 ? 0 : html.indexOf('<main')),
  )?.[1];
  if (action === undefined) throw new Error(`no form: ${page.status} ${html.slice(0, 500)}`);
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
  return [action, { ...fields, decision: 'allow', ...typed }];
}
