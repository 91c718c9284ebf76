import { describe, expect, it } from 'vitest';
import { bearerChallenge, isBearerToken } from '../../src/schemes/bearer.ts';

describe('isBearerToken (RFC 6750 section 2.1: b64token)', () => {
  it.each(['a', 'mF_9.B5f-4.1JqM', 'abc~+/', 'abc==', '-._~+/09azAZ'])('takes %j', (text) => {
    expect(isBearerToken(text)).toBe(true);
  });

  it.each(['', '=', '=abc', 'a=b', 'a b', 'a,b', 'a;b', '"abc"', 'abc\n', 'äbc', 'abc\0', 'a%20b'])(
    'refuses %j',
    (text) => {
      expect(isBearerToken(text)).toBe(false);
    },
  );

  it('refuses a long text that is nearly one without trying long', () => {
    expect(isBearerToken(`${'='.repeat(8_000)}!`)).toBe(false);
    expect(isBearerToken(`${'a'.repeat(8_000)}${'='.repeat(8_000)}!`)).toBe(false);
  });
});

describe('bearerChallenge (RFC 6750 section 3)', () => {
  it('names no error to a request without authentication (section 3.1)', () => {
    expect(bearerChallenge('https://id.example.com')).toBe('Bearer realm="https://id.example.com"');
  });

  it('is the one of the scenario for an expired token', () => {
    const error = { code: 'invalid_token', description: 'The access token expired' } as const;
    expect(bearerChallenge('edgemint', error)).toBe(
      'Bearer error="invalid_token", error_description="The access token expired"',
    );
  });

  it('names the scope that is needed', () => {
    const error = { code: 'insufficient_scope', description: 'More is needed', scope: 'account' } as const;
    expect(bearerChallenge('edgemint', error)).toBe(
      'Bearer error="insufficient_scope", error_description="More is needed", scope="account"',
    );
  });
});
