import type { Side } from './side.ts';

/** A request that is sent to both. */
export type Case = readonly [name: string, send: (side: Side) => Promise<Response>];

/** What two providers can be compared by: status, error, where it leads, and the scheme that is asked for. */
export async function outcomeOf(response: Response, side: Side): Promise<string> {
  const location = response.headers.get('location');
  if (location !== null) {
    const { origin, searchParams } = new URL(location, side.url);
    if (origin === side.url) return 'asks the user';
    const told = [searchParams.get('error'), searchParams.has('state'), searchParams.has('iss')];
    return `${response.status} to the client: ${told.join(' ')}`;
  }
  const type = response.headers.get('content-type') ?? '';
  const challenge = response.headers.get('www-authenticate')?.split(' ')[0] ?? '';
  if (type.includes('html')) return `${response.status} page`;
  if (response.ok) return String(response.status);
  if (!type.includes('json')) return String(response.status);
  const { error } = (await response.json()) as { error: string };
  return `${response.status} ${error} ${challenge}`.trim();
}

const TOLD = ['active', 'scope', 'sub', 'token_type', 'client_name'];
const GIVEN = ['access_token', 'refresh_token', 'id_token', 'client_secret', 'registration_access_token'];

/** As {@link outcomeOf}, with what a good answer says and which tokens are in it. */
export async function answerOf(response: Response, side: Side): Promise<string> {
  const isJson = response.headers.get('content-type')?.includes('json');
  if (!response.ok || !isJson) return outcomeOf(response, side);
  const body = (await response.json()) as Record<string, unknown>;
  const told = TOLD.filter((name) => name in body).map((name) => `${name}=${body[name]}`);
  return [response.status, ...told, ...GIVEN.filter((name) => name in body)].join(' ');
}
