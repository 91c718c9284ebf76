import * as v from 'valibot';
import { parseIdempotencyKey } from '../../core/account/attempt.ts';
import type { StatusIndex } from '../../core/status/status-list.ts';
import { readAccessToken } from '../access.ts';
import type { RequestContext } from '../context.ts';
import { readProof, spendProof } from '../dpop.ts';
import { type PresentationBody, readPresentation } from '../presentation.ts';
import { presentRefreshToken, refuseRefresh } from '../refresh.ts';
import { chooseCookie, clearRefreshCookies, pageOrigin } from '../refresh-cookies.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';
import { FIRST_PARTY } from '../sign-in.ts';
import { respondWithTokens } from '../token-response.ts';

export const tokenRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/auth/refresh',
    cors: 'allowed',
    body: schemas.presentation,
    async handle(c, { body }) {
      const key = readIdempotencyKey(c, body);
      if (!key.ok) return refuse(c, key.refusal);
      const presented = await readPresentation(c, body);
      if (!presented.ok) return refuse(c, presented.refusal);
      const { token, transport } = presented;
      // Its own client must present it at /oauth/token, and prove there who it is.
      if (token.clientId !== FIRST_PARTY.clientId)
        return refuse(c, { reason: 'refresh_token_of_another_client' });
      const read = presented.proof ? presented : await readProof(c, 'token');
      if (!read.ok) return refuse(c, read.refusal);
      const { proof } = read;
      const unproven = await spendProof(c, 'token', proof, token.thumbprint);
      if (unproven) return refuse(c, unproven);
      const outcome = await presentRefreshToken(c, token, key.key);
      if ('grant' in outcome) {
        c.header('Refresh-Outcome', outcome.kind);
        const thumbprint = proof?.thumbprint;
        return respondWithTokens(c, token.username, outcome.grant, transport, { thumbprint });
      }
      return refuseRefresh(c, token, outcome, transport === 'cookie');
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/auth/jar',
    cors: 'allowed',
    body: v.object({ session: schemas.sessionPair.session }),
    async handle(c, { body }) {
      const page = pageOrigin(c);
      if (!page.ok) return refuse(c, page.refusal);
      const choice = await chooseCookie(c, page.origin, body);
      if (choice.kind !== 'taken') return c.body(null, 204);
      const { sid: session, generation, username } = choice.entry.token;
      return c.json({ session, generation, username });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/auth/logout',
    cors: 'allowed',
    body: schemas.presentation,
    async handle(c, { body }) {
      const named = await nameSession(c, body);
      if (named === 'over') return c.body(null, 204);
      if ('reason' in named) return refuse(c, named);
      const { ended } = await c.get('services').accounts.end(named.username, named.sid, named.status);
      if (ended) c.get('services').log({ event: 'signed_out', username: named.username, sid: named.sid });
      clearRefreshCookies(c, named.sid);
      return c.body(null, 204);
    },
  }),
];

type KeyOutcome = { ok: true; key: string | undefined } | { ok: false; refusal: Refusal };

function readIdempotencyKey(c: RequestContext, body: PresentationBody): KeyOutcome {
  const bad = (description: string): KeyOutcome => ({
    ok: false,
    refusal: { reason: 'bad_request', description },
  });
  const header = c.req.header('idempotency-key');
  const hasPair = body.session !== undefined && body.generation !== undefined;
  if (!hasPair && (body.session !== undefined || body.generation !== undefined)) {
    return bad('Send session and generation together');
  }
  if (header === undefined) return { ok: true, key: undefined };
  const key = parseIdempotencyKey(header);
  if (key === undefined) return bad('The Idempotency-Key must have 1 to 255 visible ASCII characters');
  if (body.refresh_token === undefined && !hasPair) {
    // The browser chooses the cookie after the page chose the key: without the pair they may not belong together.
    return bad(
      'A cookie request with an Idempotency-Key names the session and generation that its key was made for',
    );
  }
  return { ok: true, key };
}

/** `status`: as the refresh token says, if it was one that named the session. */
type NamedSession = { username: string; sid: string; status?: StatusIndex };

/**
 * Which session a logout means: the refresh token's, or else the access token's; `over` if it has ended by itself.
 * An expired access token is not enough to end anything.
 */
async function nameSession(
  c: RequestContext,
  body: PresentationBody,
): Promise<NamedSession | Refusal | 'over'> {
  const bearer = body.refresh_token === undefined ? await readAccessToken(c) : undefined;
  if (bearer?.ok) return { username: bearer.access.sub, sid: bearer.access.sid };
  if (bearer && bearer.refusal.reason !== 'access_token_expired') return bearer.refusal;
  const presented = await readPresentation(c, { refresh_token: body.refresh_token, session: body.session });
  if (presented.ok) return presented.token;
  const { refusal } = presented;
  if (refusal.reason === 'refresh_token_expired') return 'over';
  if (refusal.reason !== 'no_refresh_cookie') return refusal;
  return bearer?.refusal ?? { reason: 'no_access_token' };
}
