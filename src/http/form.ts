import * as v from 'valibot';
import { type BodyOutcome, badBody } from './body.ts';
import type { RequestContext } from './context.ts';

/** The one parameter that may be sent more than once (RFC 8707 section 2). */
const REPEATABLE = 'resource';

/**
 * Reads a form by its schema. No part of what was sent is repeated in an error: it may be a secret.
 *
 * @see RFC 6749 sections 3.1 and 3.2: a parameter without a value counts as left out, one that is repeated is refused, one
 * that isn't known is ignored; appendix B for the encoding
 */
export async function readForm<Schema extends v.GenericSchema>(
  c: RequestContext,
  schema: Schema,
): Promise<BodyOutcome<v.InferOutput<Schema>>> {
  const fields = await readFields(c);
  if (fields.size > 0 && !isForm(c.req.header('content-type')))
    return badBody('The body must be a form, with Content-Type: application/x-www-form-urlencoded');
  return parseParameters(fields, schema);
}

/** The fields of a form, each with all its values; of any other body, nothing that means anything. */
export async function readFields(c: RequestContext): Promise<URLSearchParams> {
  return new URLSearchParams(new TextDecoder().decode(await c.req.arrayBuffer()));
}

/** The media type has no parameters, yet clients send some, `charset=ISO-8859-1` among them: the body is ASCII whatever they say. */
export function isForm(contentType: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded *(;|$)/i.test(contentType ?? '');
}

/** Reads parameters, from a query or a form, by their schema. */
export function parseParameters<Schema extends v.GenericSchema>(
  parameters: URLSearchParams,
  schema: Schema,
): BodyOutcome<v.InferOutput<Schema>> {
  const found: Record<string, string | string[]> = {};
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name).filter((value) => value !== '');
    if (parameters.getAll(name).length > 1 && name !== REPEATABLE) return badBody('A parameter is repeated');
    if (name === REPEATABLE) found[name] = values;
    else if (values[0] !== undefined)
      Object.defineProperty(found, name, { value: values[0], enumerable: true });
  }
  const parsed = v.safeParse(schema, found);
  if (parsed.success) return { ok: true, body: parsed.output };
  const [issue] = parsed.issues;
  return badBody(`The parameter '${v.getDotPath(issue) ?? '?'}' is missing or malformed`);
}
