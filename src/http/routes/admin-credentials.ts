import * as v from 'valibot';
import { CREDENTIAL_TYPES, type CredentialName } from '../../core/account/credentials.ts';
import { unsealCredential } from '../credential-sealing.ts';
import { defineRoute, type Route } from '../route.ts';

/** Each is at most a write of its own, and a request of the Free plan may make 50. */
const MOST_AT_ONCE = 40;

const name = v.object({ type: v.picklist(CREDENTIAL_TYPES), id: v.string() });
const resealing = v.object({ after: v.optional(name) });

/** The operator's care for what is at rest. */
export const adminCredentialRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/admin/credentials/reseal',
    cors: 'none',
    access: { scope: 'admin' },
    body: resealing,
    async handle(c, { body, access }) {
      const { credentials, log } = c.get('services');
      const found = await credentials.listAfter(body.after, MOST_AT_ONCE);
      const counts = { resealed: 0, unreadable: 0 };
      for (const credential of found) {
        const opened = await unsealCredential(c, credential);
        if (!opened) counts.unreadable += 1;
        if (!opened?.reseal) continue;
        await opened.reseal();
        counts.resealed += 1;
      }
      log({ event: 'credentials_resealed', by: access.sub, ...counts });
      return c.json({ ...counts, ...(found.length === MOST_AT_ONCE && { next: nameOf(found.at(-1)) }) });
    },
  }),
];

function nameOf(credential: CredentialName | undefined): CredentialName | undefined {
  return credential && { type: credential.type, id: credential.id };
}
