import { describe, expect, it } from 'vitest';
import { createIssuer, local, type Tokens } from '../support/client.ts';
import { createCountedBindings } from '../support/counting.ts';

describe('the cost of a refresh', () => {
  it('is one guard call, no query and no KV read', async () => {
    const { vars, calls } = createCountedBindings();
    const issuer = createIssuer(vars);
    const first = await local.register('thrifty');
    const second = await issuer.refresh(first.refresh_token, { bearer: first.access_token });
    expect(second.status).toBe(200);
    expect(calls).toEqual(['ACCOUNT_GUARD.refresh']);

    const tokens = await second.json<Tokens>();
    calls.length = 0;
    const third = await issuer.refresh(tokens.refresh_token, { key: 'k1' });
    expect(third.status).toBe(200);
    expect(calls).toEqual(['ACCOUNT_GUARD.refresh']);
  });
});
