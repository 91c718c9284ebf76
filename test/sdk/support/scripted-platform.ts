import { EMPTY_BOOK } from '../../../src/sdk/core/pair-book.ts';
import type { Platform } from '../../../src/sdk/core/platform.ts';
import { createTab, type Tab } from '../../../src/sdk/core/tab.ts';

export const ISSUER = 'https://id.example.com';
export const API = 'https://api.example.com';

export type Sent = {
  url: string;
  method: string;
  authorization: string | null;
  key: string | null;
  body: string;
};

/** A signed-in tab whose requests are answered one after another as a test says; what was sent is noted. */
export function createScriptedTab(answers: (Response | Error)[]): { tab: Tab; sent: Sent[] } {
  const sent: Sent[] = [];
  let book = EMPTY_BOOK;
  let keys = 0;
  const now = () => ({ wall: 0, steady: 0 });
  const platform: Platform = {
    async fetch(request) {
      const { url, method, headers } = request;
      const key = headers.get('idempotency-key');
      sent.push({
        url,
        method,
        authorization: headers.get('authorization'),
        key,
        body: await request.text(),
      });
      const answer = answers.shift() ?? new Error('nobody answers');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    now,
    random: () => 0,
    sleep: async () => {},
    store: { update: async (change) => (book = change(book, `key${keys++ || ''}`)) },
    send() {},
    tabSession: { get: () => undefined, set() {} },
  };
  const tab = createTab(
    { issuer: ISSUER, origins: [ISSUER, API], isCookie: true, timeoutMs: 10_000 },
    platform,
  );
  const session = { id: 's1', username: 'ada' };
  book = { sessions: { s1: { username: 'ada', generation: 0, keys: [] } }, ending: [] };
  tab.session = session;
  tab.state = { status: 'signed-in', session };
  tab.held = { session: 's1', generation: 0, username: 'ada', token: 'first', since: now(), seconds: 600 };
  return { tab, sent };
}

export const REFUSED = () =>
  new Response(null, {
    status: 401,
    headers: {
      'www-authenticate': 'Bearer error="invalid_token", error_description="The access token expired"',
    },
  });

/** A token response of the given generation. */
export function tokens(generation = 1): Response {
  const access_token = `h.${Buffer.from('{"sub":"ada"}').toString('base64url')}.${generation}`;
  return Response.json({ access_token, expires_in: 600, session: 's1', generation });
}
