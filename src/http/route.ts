import type * as v from 'valibot';
import type { AuthScheme } from '../core/settings/settings.ts';
import type { RefuseMember } from './body.ts';
import type { Access, RequestContext } from './context.ts';
import type { FormSchema } from './form.ts';

/** One route: what it takes and answers (for validation, CORS and `/openapi.json` alike), and what it does. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** In Hono's form, for example `/auth/sessions/:sid`. */
  path: string;
  summary: string;
  description?: string;
  tag: 'Sign-in' | 'Tokens' | 'Account' | 'OAuth' | 'Clients' | 'Discovery' | 'Service';
  /** Which web origins may read the answer: those of `ALLOWED_ORIGINS`, with cookies, or any, without. */
  cors: 'allowed' | 'any' | 'none';
  /** An access token is needed, with this scope if one is named. */
  access?: { scope?: string };
  /** Other credentials the route takes, as OpenAPI security schemes. */
  security?: readonly (AuthScheme | 'refreshCookie' | 'accessToken' | 'client')[];
  body?: v.GenericSchema;
  /** What a member of the body that is not as the schema says is refused with; `invalid_request`, where it says nothing. */
  refuseMember?: RefuseMember;
  /** The parameters of a form, in place of a JSON body. */
  form?: FormSchema;
  /** Request headers beside `Authorization`, by name. */
  headers?: Readonly<Record<string, string>>;
  answers: Readonly<Record<number, { description: string; body?: v.GenericSchema }>>;
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
