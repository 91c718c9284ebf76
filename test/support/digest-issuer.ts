import { expect } from 'vitest';
import { createIssuer, local, PASSWORD, type Tokens } from './client.ts';
import { type DigestRequest, type Fields, readFields } from './digest-client.ts';
import { addCredential } from './enrolment.ts';
import { expectProblem } from './problem.ts';

/** An issuer that takes Digest only; its users register at `local`. */
export const issuer = createIssuer({ AUTH_SCHEMES: 'digest' });
export const URI = '/auth/login';
export const ALGORITHMS = ['SHA-256', 'SHA-512-256', 'SHA-256-sess', 'SHA-512-256-sess'];

export function challengesIn(response: Response): Fields[] {
  return (response.headers.get('www-authenticate') ?? '')
    .split(/, (?=Digest )/)
    .filter((text) => text.startsWith('Digest '))
    .map(readFields);
}

/** A fresh challenge of this algorithm. */
export async function challenge(algorithm = 'SHA-256'): Promise<Fields> {
  const response = await issuer.call('POST', URI);
  expect(response.status).toBe(401);
  const found = challengesIn(response).find((each) => each.algorithm === algorithm);
  if (!found) throw new Error(`${algorithm} is not offered`);
  return found;
}

/** A right sign-in of a user, but for what is said otherwise. */
export const ask = (username: string, more: Partial<DigestRequest> = {}): DigestRequest => ({
  username,
  password: PASSWORD,
  method: 'POST',
  uri: URI,
  ...more,
});

export function send(header: string, body?: string): Promise<Response> {
  const headers = {
    Authorization: header,
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
  };
  return issuer.call('POST', URI, { headers, ...(body !== undefined && { body }) });
}

/** Registers a user with `PASSWORD`, and Digest for it. */
export async function enrol(username: string): Promise<Tokens> {
  const tokens = await local.register(username);
  await addCredential(tokens.access_token, { type: 'digest', password: PASSWORD });
  return tokens;
}

/** Refused for its nonce alone: the answer was right. */
export async function expectStale(response: Response): Promise<void> {
  expect(challengesIn(response).map(({ stale }) => stale)).toEqual(Array(4).fill('true'));
  await expectProblem(response, 401);
}

/** Refused, with nothing said of the nonce. */
export async function expectRefused(response: Response): Promise<void> {
  expect(challengesIn(response)).toHaveLength(4);
  expect(challengesIn(response).some(({ stale }) => stale !== undefined)).toBe(false);
  await expectProblem(response, 401);
}
