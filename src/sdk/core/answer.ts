import { ClientError } from '../client-error.ts';
import type { Pair } from './pair-book.ts';

/** Why the issuer ended a session: its token was used by two, it rested too long, or it was ended elsewhere. */
export type EndReason = 'reuse' | 'expired' | 'ended';

/** What the issuer said to a request. */
export type Answer =
  | { kind: 'done'; body: object; error?: undefined }
  /** The named generation isn't the newest: go on with this one, if one is named. */
  | { kind: 'superseded'; newest: number | undefined; error: ClientError }
  /** It wasn't reached or could not say: ask again. */
  | { kind: 'failed'; newest?: undefined; error: ClientError }
  | { kind: 'refused'; reason: EndReason | undefined; error: ClientError };

type Problem = Partial<Pair> & { error?: string; error_description?: string; reason?: EndReason };

/** Sorts a response of the issuer. One that isn't its own, as the page of a hotel's network, says nothing. */
export async function readAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const body: object | undefined = status === 204 ? {} : await response.json().catch(() => undefined);
  if (response.ok && body) return { kind: 'done', body };
  const { error: code, error_description, reason, generation: newest } = (body ?? {}) as Problem;
  const error = new ClientError(code, error_description, status, Number(headers.get('retry-after')) || 0);
  if (!code || status === 429 || status >= 500) return { kind: 'failed', error };
  if (code === 'superseded') return { kind: 'superseded', newest, error };
  return { kind: 'refused', reason, error };
}

/** A request that got no answer. */
export function unreached(): Answer {
  return { kind: 'failed', error: new ClientError() };
}

/** @throws ClientError unless it was done */
export function expectDone<Body extends object>(answer: Answer): Body {
  if (answer.kind === 'done') return answer.body as Body;
  throw answer.error;
}
