import type { ResponseTarget } from '../../core/oauth/authorization-request.ts';
import { withParameters } from '../../core/oauth/redirect-uri.ts';
import type { Frame } from '../../pages/layout.tsx';
import { formPostPage } from '../../pages/oauth/form-post.tsx';
import type { RequestContext } from '../context.ts';

/**
 * Sends an answer to a client, with the issuer's name in it against mix-up.
 *
 * @see RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207 section 2, OAuth 2.0 Form Post Response Mode, RFC 9700 section 4.12
 */
export function respondToRedirect(
  c: RequestContext,
  frame: Frame,
  { redirectUri, responseMode, state }: ResponseTarget,
  answer: { code: string } | { error: string; error_description: string },
): Response | Promise<Response> {
  const parameters = { ...answer, ...(state !== undefined && { state }), iss: c.get('issuer') };
  if ('error' in answer)
    c.get('services').log({ event: 'refused', route: '/oauth/authorize', reason: answer.error });
  if (responseMode === 'form_post') return formPostPage(c, frame, redirectUri, parameters);
  return c.redirect(withParameters(redirectUri, parameters), 303);
}
