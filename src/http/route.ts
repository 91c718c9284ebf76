import type * as v from 'valibot';
import type { RefuseMember } from './body.ts';
import type { Access, RequestContext } from './context.ts';
import type { FormSchema } from './form.ts';

/** One route: what it takes (for validation, CORS and `/openapi.json` alike), and what it does. `contract/` says the rest. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** In Hono's form, for example `/auth/sessions/:sid`. */
  path: string;
  /** Which web origins may read the answer: those of `ALLOWED_ORIGINS`, with cookies, or any, without. */
  cors: 'allowed' | 'any' | 'none';
  /** An access token is needed, with this scope if one is named. */
  access?: { scope?: string };
  body?: v.GenericSchema;
  /** What a member of the body that is not as the schema says is refused with; `invalid_request`, where it says nothing. */
  refuseMember?: RefuseMember;
  /** The parameters of a form, in place of a JSON body. */
  form?: FormSchema;
  handle(c: RequestContext, input: RouteInput): Promise<Response> | Response;
};

export type RouteInput = { body: unknown; form: unknown; access: Access | undefined };

type BodyOf<B> = B extends v.GenericSchema ? v.InferOutput<B> : undefined;
type AccessOf<A> = A extends object ? Access : undefined;

/** A route whose handler gets its body and access token by type. */
export function defineRoute<
  const B extends v.GenericSchema | undefined = undefined,
  const A extends { scope?: string } | undefined = undefined,
  const F extends FormSchema | undefined = undefined,
>(
  route: Omit<Route, 'body' | 'form' | 'access' | 'handle'> & {
    body?: B;
    form?: F;
    access?: A;
    handle(
      c: RequestContext,
      input: { body: BodyOf<B>; form: BodyOf<F>; access: AccessOf<A> },
    ): Promise<Response> | Response;
  },
): Route {
  return route as unknown as Route;
}
