import { expect } from 'vitest';
import { type CallOptions, type Client, PASSWORD } from './client.ts';
import { createJar, type Jar } from './jar.ts';

/** Sends a form as a browser does from a page of the issuer itself, unless told otherwise. */
export function submitForm(
  client: Client,
  path: string,
  fields: Readonly<Record<string, string>>,
  options: CallOptions = {},
): Promise<Response> {
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Sec-Fetch-Site': 'same-origin',
    Origin: client.origin,
    ...options.headers,
  };
  return client.call('POST', path, { ...options, body: new URLSearchParams(fields).toString(), headers });
}

/** Signs in on `/signin`. @returns the jar that holds the sign-in */
export async function signInToPages(client: Client, username: string, jar: Jar = createJar()): Promise<Jar> {
  const response = await submitForm(client, '/signin', { username, password: PASSWORD }, { jar });
  if (response.status !== 303) throw new Error(`/signin answered ${response.status}`);
  return jar;
}

/** The text of one element of a page, by its id. */
export function textOf(html: string, id: string): string | undefined {
  return new RegExp(`<(\\w+)[^>]* id="${id}"[^>]*>(.*?)</\\1>`, 's').exec(html)?.[2];
}

/** A refusal that only the user is told: nothing goes to the address that was asked for. */
export async function expectPage(response: Response): Promise<void> {
  expect(response.status).toBe(400);
  expect(response.headers.get('location')).toBeNull();
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
}
