import { eq, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Client, ClientMetadata, Clients } from '../../core/oauth/client.ts';
import { ask } from '../directory/ask.ts';
import { clientAssertions, clients, consents, deviceGrants } from './schema.ts';

/**
 * The OAuth clients on D1.
 *
 * @returns methods that throw `Unavailable` where D1 fails
 */
export function createClients(database: D1Database): Clients {
  const db = drizzle(database);
  const named = (clientId: string) => eq(clients.clientId, clientId);
  return {
    async find(clientId) {
      const [row] = await ask(db.select().from(clients).where(named(clientId)).limit(1));
      return row && toClient(row);
    },
    async list() {
      return (await ask(db.select().from(clients))).map(toClient);
    },
    async names(clientIds) {
      const { clientId } = clients;
      const name = sql<string | null>`json_extract(${clients.metadata}, '$.name')`;
      // One parameter, however many they are: D1 takes a hundred.
      const wanted = sql`${clientId} in (select value from json_each(${JSON.stringify(clientIds)}))`;
      const rows = await ask(db.select({ clientId, name }).from(clients).where(wanted));
      return new Map(rows.flatMap((row) => (row.name === null ? [] : [[row.clientId, row.name]])));
    },
    async add(client) {
      const id = { clientId: clients.clientId };
      const added = await ask(db.insert(clients).values(toRow(client)).onConflictDoNothing().returning(id));
      return added.length > 0;
    },
    async replace(client) {
      const id = { clientId: clients.clientId };
      const { clientId, ...row } = toRow(client);
      return (await ask(db.update(clients).set(row).where(named(clientId)).returning(id))).length > 0;
    },
    async remove(clientId) {
      const [removed] = await ask(
        db.batch([
          db.delete(clients).where(named(clientId)).returning({ clientId: clients.clientId }),
          db.delete(consents).where(eq(consents.clientId, clientId)),
          db.delete(deviceGrants).where(eq(deviceGrants.clientId, clientId)),
        ]),
      );
      return removed.length > 0;
    },
    async spendId(clientId, jti, expiresAt, now) {
      const row = { clientId, jti, expiresAt: Math.ceil(expiresAt) };
      const [, taken] = await ask(
        db.batch([
          db.delete(clientAssertions).where(lt(clientAssertions.expiresAt, Math.floor(now))),
          db
            .insert(clientAssertions)
            .values(row)
            .onConflictDoNothing()
            .returning({ jti: clientAssertions.jti }),
        ]),
      );
      return taken.length > 0;
    },
  };
}

type Row = typeof clients.$inferSelect;

function toRow(client: Client): Row {
  const { clientId, createdAt, secretHash, registrationTokenHash, isTrusted, isFirstParty, ...metadata } =
    client;
  return {
    clientId,
    createdAt,
    metadata,
    secretHash: secretHash ?? null,
    registrationTokenHash: registrationTokenHash ?? null,
    isTrusted,
    isFirstParty,
  };
}

/** JSON leaves out what is undefined. */
function toClient({ metadata, secretHash, registrationTokenHash, ...row }: Row): Client {
  return {
    ...(metadata as ClientMetadata),
    ...row,
    secretHash: secretHash ?? undefined,
    registrationTokenHash: registrationTokenHash ?? undefined,
  };
}
