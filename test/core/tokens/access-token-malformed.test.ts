import * as fc from 'fast-check';
import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import type { AccessTokenRefusal } from '../../../src/core/tokens/access-token.ts';
import { NOW, WEEK } from '../rings.ts';
import { anyText } from '../texts.ts';
import { good, ours, reasonOf, theirs } from './access-tokens.ts';
import { AUDIENCE, claimsOf, ISSUER, otherSpellings, signAnything } from './forging.ts';

/** Genuine in all but what is asked for: our key signs it. */
const withClaims = (claims: object) =>
  signAnything({ alg: 'ES256', typ: 'at+jwt', kid: ours.kid }, { ...claimsOf(), ...claims }, ours.privateKey);

describe('claims under a genuine signature', () => {
  it.each<[string, object, AccessTokenRefusal]>([
    ['another issuer', { iss: 'https://id.example.com.mallory.example' }, 'wrong_issuer'],
    ['our issuer with a slash', { iss: `${ISSUER}/` }, 'wrong_issuer'],
    ['no issuer', { iss: undefined }, 'wrong_issuer'],
    ['a list of issuers', { iss: [ISSUER] }, 'wrong_issuer'],
    ['another audience', { aud: 'https://other.example.com' }, 'wrong_audience'],
    ['no audience', { aud: undefined }, 'wrong_audience'],
    ['audiences without ours', { aud: ['a', 'b'] }, 'wrong_audience'],
    ['audiences with ours, one of them no text', { aud: [AUDIENCE, 7] }, 'malformed'],
    ['nbf in the future', { nbf: NOW + 1 }, 'not_yet_valid'],
    ['nbf in words', { nbf: 'now' }, 'not_yet_valid'],
    ['no nbf', { nbf: undefined }, 'malformed'],
    ['an end in the past', { exp: NOW - 1 }, 'expired'],
    ['an end that is now', { exp: NOW }, 'expired'],
    ['an end in words', { exp: 'never' }, 'malformed'],
    ['no end', { exp: undefined }, 'malformed'],
    ['no iat', { iat: undefined }, 'malformed'],
    ['iat in words', { iat: String(NOW) }, 'malformed'],
    ['iat null', { iat: null }, 'malformed'],
    ['a huge iat', { iat: 1e300 }, 'not_yet_valid'],
    ['an iat of the next epoch', { iat: NOW + WEEK }, 'not_yet_valid'],
    ['a negative iat', { iat: -1 }, 'expired'],
    ['an iat before any living session', { iat: NOW - 90 * 86_400 - 1 }, 'expired'],
    ['an iat of an earlier epoch', { iat: NOW - WEEK }, 'unknown_key'],
    ['no subject', { sub: undefined }, 'malformed'],
    ['a subject that is a number', { sub: 7 }, 'malformed'],
    ['a session that is a number', { sid: 7 }, 'malformed'],
    ['scopes as a list', { scope: ['account'] }, 'malformed'],
    ['methods in words', { amr: 'pwd' }, 'malformed'],
  ])('with %s: %s', async (_, claims, reason) => {
    expect(await reasonOf(await withClaims(claims))).toBe(reason);
  });

  it.each([
    ['an endless iat', '1e999', 'not_yet_valid'],
    ['an iat before all time', '-1e999', 'expired'],
  ])('with %s: %s', async (_, iat, reason) => {
    const payload = JSON.stringify(claimsOf()).replace(`"iat":${NOW}`, `"iat":${iat}`);
    const token = await signAnything(
      { alg: 'ES256', typ: 'at+jwt', kid: ours.kid },
      payload,
      ours.privateKey,
    );
    expect(await reasonOf(token)).toBe(reason);
  });
});

describe('a text that is not quite a token', () => {
  it('has one spelling only (RFC 7515 section 2)', async () => {
    for (const index of [0, 1, 2]) {
      const segments = good.split('.');
      for (const spelling of otherSpellings(segments[index] ?? ''))
        expect(await reasonOf(segments.with(index, spelling).join('.')), JSON.stringify(spelling)).toBe(
          'malformed',
        );
    }
  });

  it('is refused when a segment is missing, empty or too many', async () => {
    const [header, payload, signature] = good.split('.') as [string, string, string];
    const broken = [
      ...[
        '',
        '.',
        '..',
        '...',
        header,
        `${header}.${payload}`,
        `${header}.${payload}.`,
        `.${payload}.${signature}`,
      ],
      ...[
        `${header}..${signature}`,
        `${good}.`,
        `.${good}`,
        `${good}.${signature}`,
        `${good}.${header}.${payload}`,
      ],
      ...[`Bearer ${good}`, `${good},${good}`, `"${good}"`, `${good};`, good.slice(0, -20), good.slice(20)],
    ];
    for (const text of broken)
      expect(['malformed', 'bad_signature'], JSON.stringify(text)).toContain(await reasonOf(text));
  });

  it('is refused for its length before anything is looked at', async () => {
    expect(await reasonOf('a'.repeat(102_400))).toBe('too_long');
    expect(await reasonOf(await withClaims({ scope: 'x'.repeat(4_000) }))).toBe('too_long');
    expect(await reasonOf(`${good.slice(0, 100)}${'.'.repeat(4_096)}`)).toBe('too_long');
  });

  it.each([['null'], ['[]'], ['"text"'], ['7'], ['{'], [''], ['[]'.repeat(300)]])(
    'is refused with a header or payload of %j',
    async (json) => {
      const header = { alg: 'ES256', typ: 'at+jwt', kid: ours.kid };
      expect(await reasonOf(await signAnything(json, claimsOf(), ours.privateKey))).toBe('malformed');
      expect(await reasonOf(await signAnything(header, json, ours.privateKey))).toBe('malformed');
    },
  );

  it('is refused with bytes that are no UTF-8', async () => {
    const bytes = base64url.encode(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]));
    const [header, payload, signature] = good.split('.');
    expect(await reasonOf(`${bytes}.${payload}.${signature}`)).toBe('malformed');
    expect(await reasonOf(`${header}.${bytes}.${signature}`)).toBe('malformed');
  });

  it('never throws and is never accepted, whatever JSON a stranger signs', async () => {
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('ES256', 'at+jwt', NOW, AUDIENCE, ISSUER),
    );
    const members = [
      'alg',
      'typ',
      'kid',
      'crit',
      'b64',
      'jwk',
      'jku',
      'x5c',
      'zip',
      'enc',
      'cty',
      '__proto__',
    ];
    const header = fc.dictionary(fc.constantFrom(...members), odd);
    const claims = fc.dictionary(fc.constantFrom(...Object.keys(claimsOf())), odd);
    await fc.assert(
      fc.asyncProperty(header, claims, fc.boolean(), async (header, claims, isNamed) => {
        const base = isNamed ? { alg: 'ES256', typ: 'at+jwt', kid: ours.kid } : {};
        const token = await signAnything(
          { ...base, ...header },
          { ...claimsOf(), ...claims },
          theirs.privateKey,
        );
        expect(await reasonOf(token)).not.toBe('accepted');
        expect(await reasonOf(token, 'accepted')).not.toBe('accepted');
      }),
      { numRuns: 500 },
    );
  });

  it('never throws and is never accepted, whatever text it is', async () => {
    const text = fc.oneof(anyText, fc.stringMatching(/^[\w-]{0,40}(\.[\w-]{0,40}){1,5}$/));
    await fc.assert(
      fc.asyncProperty(text, async (token) => {
        expect(await reasonOf(token)).not.toBe('accepted');
      }),
      { numRuns: 500 },
    );
  });
});
