import { describe, expect, it } from 'vitest';
import {
  type DigestHash,
  hashHex,
  passwordHashOf,
  responseOf,
  sessionKeyOf,
  userHashOf,
} from '../../../src/schemes/digest/hashing.ts';

const NO_BODY = new Uint8Array();

/** RFC 7616 section 3.9.1. */
const MUFASA = {
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  nc: '00000001',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  qop: 'auth',
  uri: '/dir/index.html',
} as const;

/** RFC 7616 section 3.9.2, with the values of erratum 4897: the RFC's own are those of no SHA-512/256. */
const JASON = {
  nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
  nc: '00000001',
  cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
  qop: 'auth',
  uri: '/doe.json',
} as const;

function respond(
  hash: DigestHash,
  name: string,
  realm: string,
  password: string,
  parts: typeof MUFASA | typeof JASON,
) {
  return responseOf(hash, passwordHashOf(hash, name, realm, password), parts, 'GET', NO_BODY);
}

describe('Digest (RFC 7616)', () => {
  it('gives the response of section 3.9.1', () => {
    expect(respond('SHA-256', 'Mufasa', 'http-auth@example.org', 'Circle of Life', MUFASA)).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });

  it('gives the user hash and the response of section 3.9.2', () => {
    expect(userHashOf('SHA-512-256', 'Jäsøn Doe', 'api@example.org')).toBe(
      '793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b',
    );
    expect(respond('SHA-512-256', 'Jäsøn Doe', 'api@example.org', 'Secret, or not?', JASON)).toBe(
      '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5',
    );
  });

  it('hashes with SHA-512/256 (FIPS 180-4), not with half of SHA-512', () => {
    expect(hashHex('SHA-512-256', 'abc')).toBe(
      '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23',
    );
  });

  it('makes a session’s key from its first nonce and cnonce (section 3.4.2)', () => {
    expect(sessionKeyOf('SHA-256', 'aa', 'n', 'c')).toBe(hashHex('SHA-256', 'aa:n:c'));
  });

  it('protects the body with auth-int (section 3.4.3), and not with auth', () => {
    const body = new TextEncoder().encode('{}');
    const withBody = { ...MUFASA, qop: 'auth-int' } as const;
    const key = passwordHashOf('SHA-256', 'a', 'b', 'c');
    const [empty, filled] = [NO_BODY, body].map((each) => responseOf('SHA-256', key, withBody, 'POST', each));
    expect(empty).not.toBe(filled);
    expect(responseOf('SHA-256', key, MUFASA, 'POST', body)).toBe(
      responseOf('SHA-256', key, MUFASA, 'POST', NO_BODY),
    );
  });
});
