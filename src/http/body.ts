import * as v from 'valibot';
import type { RequestContext } from './context.ts';
import type { Refusal } from './refusal.ts';

/** The refusal of a route whose standard has errors of its own for a member; undefined: none for this one. */
export type RefuseMember = (member: string, description: string) => Refusal | undefined;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type BodyOutcome<T> = { ok: true; body: T } | { ok: false; refusal: Refusal };

/**
 * Reads a JSON body by its schema. No part of what was sent is repeated in an error: it may be a password.
 *
 * @see RFC 8259 (JSON in UTF-8), RFC 8725 section 2.4 and RFC 7493 section 2.3 for why a repeated member is refused
 */
export async function readJson<Schema extends v.GenericSchema>(
  c: RequestContext,
  schema: Schema,
  refuseMember?: RefuseMember,
): Promise<BodyOutcome<v.InferOutput<Schema>>> {
  const bytes = await c.req.arrayBuffer();
  const isEmpty = bytes.byteLength === 0;
  if (!isEmpty && !isJson(c.req.header('content-type'))) {
    return badBody('The body must be JSON, with Content-Type: application/json', 415);
  }
  const json = isEmpty ? { ok: true as const, value: {} } : parseJson(bytes);
  if (!json.ok) return badBody(json.description);
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value)) {
    return badBody('The body must be a JSON object');
  }
  const parsed = v.safeParse(schema, json.value);
  if (parsed.success) return { ok: true, body: parsed.output };
  const [issue] = parsed.issues;
  const description = describe(issue);
  const refusal = refuseMember?.(memberOf(issue), description);
  return refusal ? { ok: false, refusal } : badBody(description);
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json *(; *charset="?utf-8"? *)?$/i.test(contentType ?? '');
}

function parseJson(bytes: ArrayBuffer): { ok: true; value: unknown } | { ok: false; description: string } {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { ok: false, description: 'The body is not UTF-8' };
  }
  try {
    const value: unknown = JSON.parse(text);
    return hasRepeatedMember(text, value)
      ? { ok: false, description: 'A member of the JSON body is repeated' }
      : { ok: true, value };
  } catch {
    return { ok: false, description: 'The body is not valid JSON' };
  }
}

/** A repeated member leaves fewer members in `value` than there are colons outside of strings. `text` is valid JSON. */
function hasRepeatedMember(text: string, value: unknown): boolean {
  const colons = text.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
  return countMembers(value) < colons;
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value);
  const own = Array.isArray(value) ? 0 : inside.length;
  return inside.reduce((sum: number, each) => sum + countMembers(each), own);
}

/** By its path, such as `redirect_uris.0`. */
function memberOf(issue: v.BaseIssue<unknown>): string {
  return v.getDotPath(issue) ?? 'body';
}

function describe(issue: v.BaseIssue<unknown>): string {
  const member = memberOf(issue);
  const expected = (issue.expected ?? issue.type).replaceAll('"', "'");
  return issue.kind === 'validation'
    ? `'${member}' is out of range: ${expected} is expected`
    : `'${member}' is missing or of the wrong type: ${expected} is expected`;
}

export function badBody(description: string, status: 400 | 415 = 400): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { reason: 'bad_request', description, status } };
}
