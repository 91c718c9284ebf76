import * as v from 'valibot';
import type { SessionId } from '../account/session-id.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { looksSealed, seal, unseal } from './sealed.ts';

/** Who signed in to the issuer's own pages, as the `signin` cookie carries it. Instants are epoch seconds. */
export type Signin = {
  username: string;
  /** A session of the guard like any other: it lists, it ends, and a password change ends it. */
  sid: SessionId;
  /** OpenID Connect Core section 2. */
  authTime: number;
  /** Authentication methods (RFC 8176). */
  amr: readonly string[];
  expiresAt: number;
};

const PURPOSE = 'sign-in token';
const claimsSchema = v.object({
  sub: v.string(),
  sid: v.string(),
  auth_time: v.number(),
  amr: v.array(v.string()),
  exp: v.number(),
});

export async function sealSigninToken(signin: Signin, keys: KeyRing): Promise<string> {
  const [key] = await keys.lastingKeys(PURPOSE);
  const claims: v.InferOutput<typeof claimsSchema> = {
    sub: signin.username,
    sid: signin.sid,
    auth_time: signin.authTime,
    amr: [...signin.amr],
    exp: signin.expiresAt,
  };
  return seal(claims, key, PURPOSE);
}

/** @returns what the token says, if it is one of ours and not over. Whether its session lives, only the guard knows */
export async function openSigninToken(text: string, keys: KeyRing, now: number): Promise<Signin | undefined> {
  if (looksSealed(text)) return undefined;
  const opened = await unseal(text, await keys.lastingKeys(PURPOSE), now);
  const claims = v.safeParse(claimsSchema, opened.ok ? opened.claims : undefined);
  if (!claims.success) return undefined;
  const { sub, sid, auth_time, amr, exp } = claims.output;
  return { username: sub, sid, authTime: auth_time, amr, expiresAt: exp };
}
