import { type Client, local } from './client.ts';
import type { Jar } from './jar.ts';

export function login(json: object, client: Client = local, jar?: Jar): Promise<Response> {
  return client.call('POST', '/auth/login', { json, ...(jar && { jar }) });
}

export function register(json: object, client: Client = local): Promise<Response> {
  return client.call('POST', '/auth/register', { json });
}

export function basic(username: string, password: string): { headers: { Authorization: string } } {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return { headers: { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` } };
}
