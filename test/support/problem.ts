import { expect } from 'vitest';

export type Problem = { error: string; error_description: string } & Record<string, unknown>;

/**
 * Holds a refusal against the form that all of them share, and hands its body back.
 *
 * @see RFC 6749 section 5.2 for the members and their characters
 */
export async function expectProblem(response: Response, status: number, error?: string): Promise<Problem> {
  const text = await response.text();
  expect(response.status, text).toBe(status);
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const problem = JSON.parse(text) as Problem;
  expect(problem.error).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(problem.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  if (error !== undefined) expect(problem.error).toBe(error);
  return problem;
}

/** A refusal as `401 invalid_token`. */
export async function problemOf(response: Response): Promise<string> {
  const { error } = await response.json<{ error: string }>();
  return `${response.status} ${error}`;
}
