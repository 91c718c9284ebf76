import type { Case } from './outcome.ts';
import { CALLBACK, type Side } from './side.ts';

type Managed = { client_id: string; client_secret: string; registration_access_token: string };
type Answer = Promise<Response>;

export async function managed(side: Side): Promise<Managed> {
  const made = await side.json('POST', '/oauth/register', { redirect_uris: [CALLBACK], client_name: 'Mine' });
  if (!made.ok) throw new Error(await made.text());
  return made.json() as Promise<Managed>;
}

/** A request on a client that was just registered, with its own registration token unless another is given. */
export const manage = (
  side: Side,
  method: string,
  { client_id, registration_access_token }: Managed,
  metadata?: object,
  token: string | undefined = registration_access_token,
): Answer => {
  const headers = { Authorization: `Bearer ${token}` };
  const path = `/oauth/register/${client_id}`;
  return metadata ? side.json(method, path, metadata, headers) : side.send(method, path, headers);
};

export const change = (name: string, metadata: (client: Managed) => object): Case => [
  `change a client: ${name}`,
  async (side) => {
    const client = await managed(side);
    return manage(side, 'PUT', client, { redirect_uris: [CALLBACK], ...metadata(client) });
  },
];
const ISSUED = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
];
const METHODS = ['GET', 'PUT', 'DELETE'];
const bodyFor = (method: string, { client_id }: Managed) =>
  method === 'PUT' ? { client_id, redirect_uris: [CALLBACK] } : undefined;

/** Managing a registration (RFC 7592). */
export const MANAGEMENT: readonly Case[] = [
  ['remove a client', async (side) => manage(side, 'DELETE', await managed(side))],
  change('another secret', ({ client_id }) => ({ client_id, client_secret: 'x' })),
  change('no name', () => ({})),
  change('the name of another client', () => ({ client_id: 'x' })),
  ...ISSUED.map((member) => change(`with ${member}`, ({ client_id }) => ({ client_id, [member]: 'x' }))),
  change('a bad redirect URI', ({ client_id }) => ({ client_id, redirect_uris: ['/callback'] })),
  change('an unknown grant', ({ client_id }) => ({ client_id, grant_types: ['x'] })),
  ...METHODS.flatMap((method): Case[] => [
    [
      `${method} of a client with a wrong token`,
      async (side) => {
        const client = await managed(side);
        return manage(side, method, client, bodyFor(method, client), 'x');
      },
    ],
    [
      `${method} of a client without a token`,
      async (side) => {
        const client = await managed(side);
        return side.json(method, `/oauth/register/${client.client_id}`, bodyFor(method, client));
      },
    ],
    [
      `${method} of a client with the token of another`,
      async (side) => {
        const [client, other] = [await managed(side), await managed(side)];
        return manage(side, method, client, bodyFor(method, client), other.registration_access_token);
      },
    ],
    [
      `${method} of a client that was removed`,
      async (side) => {
        const client = await managed(side);
        await manage(side, 'DELETE', client);
        return manage(side, method, client, bodyFor(method, client));
      },
    ],
  ]),
];
