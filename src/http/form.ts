import * as v from 'valibot';
import { type BodyOutcome, badBody } from './body.ts';
import type { RequestContext } from './context.ts';

/** An object's: its entries are the parameters that are known. */
export type FormSchema = v.GenericSchema & { readonly entries: object };

/** The one parameter that may be sent more than once (RFC 8707 section 2). */
const REPEATABLE = 'resource';

/**
 * Reads a form by its schema. No part of what was sent is repeated in an error: it may be a secret.
 *
 * @see RFC 6749 sections 3.1 and 3.2: a parameter without a value counts as left out, one that is repeated is refused, one
 * that isn't known is ignored, however often it comes; appendix B for the encoding
 */
export async function readForm<Schema extends FormSchema>(
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
export function parseParameters<Schema extends FormSchema>(
  parameters: URLSearchParams,
  schema: Schema,
): BodyOutcome<v.InferOutput<Schema>> {
  const found: Record<string, string | string[]> = {};
  for (const name of Object.keys(schema.entries)) {
    const sent = parameters.getAll(name);
    if (sent.length > 1 && name !== REPEATABLE) return badBody('A parameter is repeated');
    const [value, ...others] = new Set(sent.filter(Boolean));
    if (value !== undefined) found[name] = name === REPEATABLE ? [value, ...others] : value;
  }
  const parsed = v.safeParse(schema, found);
  if (parsed.success) return { ok: true, body: parsed.output };
  const [issue] = parsed.issues;
  return badBody(`The parameter '${v.getDotPath(issue) ?? '?'}' is missing or malformed`);
}
