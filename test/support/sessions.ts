import { expect } from 'vitest';
import { isSignedIn, local, type Tokens } from './client.ts';
import { expectProblem } from './problem.ts';

export type Listed = {
  sessions: {
    id: string;
    device: string;
    country: string;
    created_at: number;
    last_used_at: number;
    current: boolean;
  }[];
};

export async function list(tokens: Tokens): Promise<Listed['sessions']> {
  const response = await local.call('GET', '/auth/sessions', { bearer: tokens.access_token });
  expect(response.status).toBe(200);
  return (await response.json<Listed>()).sessions;
}

export async function expectOver(tokens: Tokens): Promise<void> {
  expect(await isSignedIn(local, tokens.access_token)).toBe(false);
  await expectProblem(await local.refresh(tokens.refresh_token), 400, 'invalid_grant');
}

export async function expectAlive(tokens: Tokens): Promise<void> {
  expect(await isSignedIn(local, tokens.access_token)).toBe(true);
}
