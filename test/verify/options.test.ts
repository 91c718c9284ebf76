import { describe, expect, it } from 'vitest';
import { createVerifier, type VerifierOptions } from '../../src/verify/index.ts';
import { AUDIENCE, ISSUER } from './support.ts';

const build = (options: Record<string, unknown>) => () =>
  createVerifier({ issuer: ISSUER, audience: AUDIENCE, ...options } as VerifierOptions);

describe('a verifier', () => {
  it.each([
    ['no issuer', { issuer: undefined }, 'issuer'],
    ['an issuer that is no address', { issuer: 'id.example.com' }, 'issuer'],
    ['an issuer with a closing slash', { issuer: `${ISSUER}/` }, 'issuer'],
    ['an issuer with a path', { issuer: `${ISSUER}/tenant` }, 'issuer'],
    ['an issuer whose keys anybody on the way could change', { issuer: 'http://id.example.com' }, 'issuer'],
    ['no audience', { audience: undefined }, 'audience'],
    ['an empty audience', { audience: '' }, 'audience'],
    ['keys at no address', { jwksUri: '/keys' }, 'jwksUri'],
    ['keys that anybody on the way could change', { jwksUri: 'http://id.example.com/keys' }, 'jwksUri'],
    ['keys that are no web page', { jwksUri: 'data:application/json,{}' }, 'jwksUri'],
    ['a realm that ends its own quotes', { realm: 'the "api"' }, 'realm'],
    ['a realm that no header may hold', { realm: 'orders\r\nX: 1' }, 'realm'],
    ['a realm that is none', { realm: 7 }, 'realm'],
    ['an address in place of what fetches it', { fetch: ISSUER }, 'fetch'],
    ['a time in place of a clock', { clock: 2_000_000_000 }, 'clock'],
    ['a log that takes nothing', { onFault: 'log' }, 'onFault'],
    ['a memory of proofs that remembers nothing', { proofMemory: new Map() }, 'proofMemory'],
    ['records that can not be read', { records: {} }, 'records'],
    ['a place with a path', { publicOrigin: `${AUDIENCE}/` }, 'publicOrigin'],
    ['a memory without a bound', { rememberedTokens: Number.NaN }, 'rememberedTokens'],
    ['a memory for nothing', { rememberedTokens: 0 }, 'rememberedTokens'],
    ['an outage of no length', { longestOutageSeconds: Number.NaN }, 'longestOutageSeconds'],
    ['another way with stale lists', { onStale: 'reject' }, 'onStale'],
  ])('is not built with %s', (_, options, name) => {
    expect(build(options)).toThrow(new RegExp(`^createVerifier: ${name} must be `));
  });

  it('may have its keys elsewhere, and a realm with a space', () => {
    for (const jwksUri of ['https://keys.example.com/of?issuer=id', 'http://localhost:8787/keys'])
      expect(build({ jwksUri, realm: "the orders' API" })).not.toThrow();
  });

  it.each(['http://localhost:8787', 'http://127.0.0.1:8787', 'http://[::1]:8787', 'https://id.example.com'])(
    'may be built for %s',
    (issuer) => {
      expect(build({ issuer })).not.toThrow();
    },
  );
});
