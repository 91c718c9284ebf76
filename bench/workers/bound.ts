import { DurableObject } from 'cloudflare:workers';
import floor from './floor.ts';

/** The floor with edgemint's bindings, none of which it uses but KV: what of a start is the simulators' here, and no Worker's. */
export class AccountGuard extends DurableObject {}
export class PasswordDesk extends DurableObject {}
export class ProofDesk extends DurableObject {}
export class StatusShard extends DurableObject {}

export default {
  fetch: (request, { REFRESH_TOKENS }) => floor.fetch(request, { STORE: REFRESH_TOKENS }),
} satisfies ExportedHandler<{ REFRESH_TOKENS: KVNamespace }>;
