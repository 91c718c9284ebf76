import type { KeyRing } from '../keys/key-ring.ts';
import { looksSealed, seal, unseal } from '../tokens/sealed.ts';
import type { AuthorizationRequest } from './authorization-request.ts';

/** Why a request is carried: pushed by its client, on its way through `/signin`, or in a consent page's form. */
export type Stage =
  | { kind: 'pushed' | 'resumed' }
  /** Only the user who was asked can answer, in the sign-in in which they were. */
  | { kind: 'consent'; username: string; sid: string };

export type CarriedRequest = { stage: Stage; request: AuthorizationRequest };

/** RFC 9126 section 2.2. */
export const REQUEST_URI_PREFIX = 'urn:ietf:params:oauth:request_uri:';
/** A pushed request goes on at once; a user may take their time. Seconds. */
export const STAGE_TTL_SECONDS = { pushed: 90, resumed: 3_600, consent: 3_600 } as const;
/** However often it is taken up again. */
export const LONGEST_REQUEST_SECONDS = 7_200;

const PURPOSE = 'authorization request';
/** It travels in a URL inside another one, which may have 16 KiB; every parameter at its longest takes 13,000 or less. */
const LONGEST = 13_312;

/** @returns `undefined` if it would be too long to travel */
export async function sealRequest(
  { stage, request }: CarriedRequest,
  keys: KeyRing,
  now: number,
): Promise<string | undefined> {
  const [key] = await keys.lastingKeys(PURPOSE);
  const end = request.beganAt + LONGEST_REQUEST_SECONDS;
  const exp = Math.min(Math.floor(now) + STAGE_TTL_SECONDS[stage.kind], end);
  const text = await seal({ stage, request, exp }, key, PURPOSE);
  return text.length <= LONGEST ? text : undefined;
}

/** @returns what was sealed here; `undefined` for anything else, and for what expired */
export async function openRequest(
  text: string,
  keys: KeyRing,
  now: number,
): Promise<CarriedRequest | undefined> {
  if (looksSealed(text, LONGEST)) return undefined;
  const opened = await unseal(text, await keys.lastingKeys(PURPOSE), now);
  // Authentic, so it is what `sealRequest` was given.
  return opened.ok ? (opened.claims as unknown as CarriedRequest) : undefined;
}
