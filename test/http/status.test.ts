import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { local } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { expectProblem } from '../support/problem.ts';
import { isRevoked, type StatusClaim } from '../support/status.ts';

const clock = stopClock();

describe('GET /status/:shard', () => {
  it('shows a session that was signed out, and no other', async () => {
    const [mine, other] = [await local.register('status-mine'), await local.register('status-other')];
    expect(await isRevoked(mine.access_token)).toBe(false);
    await local.call('POST', '/auth/logout', { bearer: mine.access_token });
    clock.advance(5);
    expect(await isRevoked(mine.access_token)).toBe(true);
    expect(await isRevoked(other.access_token)).toBe(false);
  });

  it('keeps a session’s place through its refreshes', async () => {
    const first = await local.register('status-place');
    const next = await (await local.refresh(first.refresh_token)).json<typeof first>();
    const place = (token: string) => decodeJwt<StatusClaim>(token).status;
    expect(place(next.access_token)).toEqual(place(first.access_token));
  });

  it('may be kept for seconds, by anybody', async () => {
    await local.register('status-cache');
    const response = await local.call('GET', '/status/0', { origin: 'https://anywhere.example' });
    expect(response.headers.get('cache-control')).toBe('public, max-age=10');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const { iat, ttl } = decodeJwt(await response.text());
    expect([ttl, clock.now() - Number(iat)]).toEqual([30, expect.toSatisfy((age: number) => age <= 5)]);
  });

  it.each(['1023', '1024', '00', '-1', 'x', '0x0', '99999999'])('knows no list %s', async (shard) => {
    await expectProblem(await local.call('GET', `/status/${shard}`), 404);
  });

  it('has no lists of the past', async () => {
    await expectProblem(await local.call('GET', '/status/0?time=1686925000'), 501);
  });
});
