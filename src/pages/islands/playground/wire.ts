/** Who sent a request: the page, a second tab of it, or whoever copied its token. */
export type Sender = 'you' | 'tab' | 'thief';

/** What became of it: its answer arrived, or got lost on the way, or it was itself held back for a while. */
export type Fate = 'arrived' | 'lost' | 'late';

/** A request that was really sent, and its answer. */
export type Exchange = {
  id: number;
  sender: Sender;
  fate: Fate;
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: Readonly<Record<string, string>>;
  status: number;
  answerHeaders: Readonly<Record<string, string>>;
  answer?: Readonly<Record<string, unknown>>;
};

export type Call = {
  sender?: Sender;
  fate?: Fate;
  method: string;
  path: string;
  bearer?: string;
  key?: string;
  /** How long the next access token should live at most, seconds. */
  life?: number;
  body?: Readonly<Record<string, string>>;
};

const SHOWN_HEADERS = ['www-authenticate', 'refresh-outcome', 'cache-control', 'retry-after'];
let count = 0;

/** Sends a request without any cookie: this page holds its tokens in a variable, so that you can see them. */
export async function send(call: Call): Promise<Exchange> {
  const { sender = 'you', fate = 'arrived', method, path, body } = call;
  const headers: Record<string, string> = {
    ...(call.bearer !== undefined && { Authorization: `Bearer ${call.bearer}` }),
    ...(body && { 'Content-Type': 'application/json' }),
    ...(call.key !== undefined && { 'Idempotency-Key': call.key }),
    ...(call.life !== undefined && { 'Playground-Lifetime': String(call.life) }),
  };
  const response = await fetch(path, {
    method,
    headers,
    credentials: 'omit',
    cache: 'no-store',
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  count += 1;
  return {
    ...{ id: count, sender, fate, method, path, headers },
    ...(body && { body }),
    status: response.status,
    answerHeaders: Object.fromEntries(
      SHOWN_HEADERS.flatMap((name) => {
        const value = response.headers.get(name);
        return value === null ? [] : [[name, value]];
      }),
    ),
    ...(text !== '' && { answer: JSON.parse(text) as Record<string, unknown> }),
  };
}
