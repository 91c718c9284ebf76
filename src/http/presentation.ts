import type { ProofUse } from '../core/dpop/used-proofs.ts';
import type { RefreshToken } from '../core/tokens/refresh-token.ts';
import { readAccessToken } from './access.ts';
import type { Access, RequestContext } from './context.ts';
import { chooseCookie, pageOrigin } from './refresh-cookies.ts';
import type { Refusal } from './refusal.ts';
import type { Transport } from './token-response.ts';

/** The members of a body that present a refresh token. */
export type PresentationBody = {
  refresh_token?: string | undefined;
  session?: string | undefined;
  generation?: number | undefined;
};

export type PresentationOutcome =
  | { ok: true; token: RefreshToken; transport: Transport }
  | { ok: false; refusal: Refusal };

/** `proof`: the one that came with an access token. */
export type ProvenPresentation = PresentationOutcome & { proof?: ProofUse | undefined };

/**
 * Steps 4 and 5 of the scenario, as far as they need no storage: reads the refresh token, from the body or the cookie
 * that is meant, and holds it against the access token, if one was sent.
 */
export async function readPresentation(
  c: RequestContext,
  body: PresentationBody,
): Promise<ProvenPresentation> {
  const bearer = await readAccessToken(c, 'accepted');
  if (bearer && !bearer.ok) return bearer;
  const presented =
    body.refresh_token === undefined
      ? await fromCookie(c, { ...body, session: body.session ?? bearer?.access.sid })
      : await fromBody(c, body.refresh_token);
  const matches = !presented.ok || !bearer || isSameSession(bearer.access, presented.token);
  return matches
    ? { ...presented, proof: bearer?.proof }
    : { ok: false, refusal: { reason: 'tokens_of_different_sessions' } };
}

function isSameSession(access: Access, token: RefreshToken): boolean {
  return access.sub === token.username && access.sid === token.sid;
}

async function fromBody(c: RequestContext, text: string): Promise<PresentationOutcome> {
  const opened = await c.get('services').refreshTokens.open(text, c.get('now'));
  if (!opened.ok) return { ok: false, refusal: { reason: `refresh_token_${opened.reason}` } };
  const { token } = opened;
  return isForeign(c, token)
    ? { ok: false, refusal: { reason: 'foreign_origin_token' } }
    : { ok: true, token, transport: 'body' };
}

/** A cookie session belongs to the origin that opened it, however its token got out of the jar. */
function isForeign(c: RequestContext, token: RefreshToken): boolean {
  if (token.origin === undefined) return false;
  const origin = c.req.header('origin');
  return origin !== undefined && origin !== token.origin;
}

async function fromCookie(c: RequestContext, wanted: PresentationBody): Promise<PresentationOutcome> {
  const page = pageOrigin(c);
  if (!page.ok) return page;
  const choice = await chooseCookie(c, page.origin, wanted);
  switch (choice.kind) {
    case 'taken':
      return { ok: true, token: choice.entry.token, transport: 'cookie' };
    case 'superseded':
      return { ok: false, refusal: { reason: 'superseded', newest: choice.newest.name } };
    case 'none':
      return { ok: false, refusal: { reason: 'no_refresh_cookie' } };
  }
}
