import { base64url } from 'jose';
import type { ProofVerdict, UsedProofs } from '../../core/dpop/used-proofs.ts';
import { callDurable } from '../durable-call.ts';
import type { ProofDesk } from './proof-desk.ts';

/** Few enough that keys can be made at will without making objects. */
const DESKS = 1_024;
const HASH_BYTES = 16;

/**
 * All the desks. No secret says which one serves a key, so that a new master key lets no proof count twice; nobody can crowd
 * one who has no good token or code for each proof.
 */
export function createUsedProofs(desks: DurableObjectNamespace<ProofDesk<unknown>>): UsedProofs {
  return {
    async use({ thumbprint, jti, until }) {
      const [jtiHash, keyHash] = await Promise.all([hash(jti), hash(thumbprint)]);
      const desk = String(new DataView(keyHash.buffer).getUint32(0) % DESKS);
      const proof = { thumbprint, jti: base64url.encode(jtiHash.slice(0, HASH_BYTES)), until };
      const use = () => desks.getByName(desk).use(proof) as Promise<ProofVerdict>;
      // Not twice: the second time it would be a replay.
      return callDurable('The proof desk', use, false);
    },
  };
}

async function hash(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
