/** `edgemint/verify`: for the APIs that take an issuer's access tokens. On Workers, Node, Deno, Bun and wherever there is `fetch`. */
export type { Claims } from './claims.ts';
export type { VerifierOptions } from './options.ts';
export type { PresentedRequest } from './presented.ts';
export type { ProofMemory } from './proof-memory.ts';
export { createResponse, type Reason, type Refusal } from './refusal.ts';
export type { SessionRecords } from './session-records.ts';
export {
  createVerifier,
  type Verifier,
  type VerifyOptions,
  type VerifyOutcome,
} from './verifier.ts';
