import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** A body as RFC 6749 section 5.2 has it. */
export type ErrorBody = { error: string; error_description: string } & Record<string, unknown>;

/** What a refusal looks like to the client. */
export type Answer = {
  status: ContentfulStatusCode;
  body: ErrorBody;
  headers?: Record<string, string>;
  challenges?: string[];
};
