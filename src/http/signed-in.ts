import type { Signin } from '../core/tokens/signin-token.ts';
import { signinPath } from '../pages/signin.tsx';
import type { RequestContext } from './context.ts';
import { readSignin } from './signin-session.ts';

/** Does something for who is signed in to the pages, and leads anybody else to `/signin` and back to the account. */
export async function whenSignedIn(
  c: RequestContext,
  act: (signin: Signin) => Promise<Response> | Response,
  returnTo = '/account',
): Promise<Response> {
  const signin = await readSignin(c);
  return signin ? act(signin) : c.redirect(signinPath(returnTo), 303);
}
