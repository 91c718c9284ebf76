import * as v from 'valibot';

/** The bodies of requests, once: for validation, for types and for `/openapi.json`. */

const username = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(64),
  v.description('1 to 64 characters of a-z 0-9 . _ @ + -, the first a letter or digit'),
);
const password = v.pipe(v.string(), v.maxLength(2_048), v.description('8 to 256 characters'));

const transport = v.optional(
  v.pipe(
    v.picklist(['body', 'cookie']),
    v.description('`cookie` keeps the refresh token out of the body, in an HttpOnly cookie'),
  ),
);

export const registration = v.object({ username, password, transport });

export const login = v.object({
  username: v.optional(username),
  password: v.optional(password),
  transport,
});

export const sessionPair = {
  session: v.optional(
    v.pipe(v.string(), v.maxLength(64), v.description('Cookie transport: the session that is meant')),
  ),
  generation: v.optional(
    v.pipe(
      v.number(),
      v.safeInteger(),
      v.minValue(0),
      v.description('Cookie transport: the generation that the Idempotency-Key was made for'),
    ),
  ),
};

export const presentation = v.object({
  refresh_token: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(16_384))),
  ...sessionPair,
});

export const passwordChange = v.object({
  current: v.optional(v.pipe(password, v.description('Needed unless the sign-in is under 5 minutes old'))),
  next: password,
  end_credentials: v.optional(
    v.pipe(v.boolean(), v.description('Ends every credential that does not derive from the password')),
  ),
});

const currentPassword = v.optional(
  v.pipe(password, v.description('The current password: needed unless the sign-in is under 5 minutes old')),
);

export const newCredential = v.variant('type', [
  v.object({
    type: v.picklist(['digest', 'mutual']),
    password: v.pipe(password, v.description('The current password: the credential derives from it')),
  }),
  v.object({ type: v.literal('aws4'), password: currentPassword }),
  v.object({
    type: v.literal('hoba'),
    kid: v.optional(
      v.pipe(v.string(), v.description('base64url, as answers name it; the hash of the key if absent')),
    ),
    public_key: v.pipe(
      v.union([v.pipe(v.string(), v.maxLength(8_192)), v.record(v.string(), v.unknown())]),
      v.description('SPKI in PEM, or a JWK: RSA, Ed25519 or P-256'),
    ),
    password: currentPassword,
  }),
]);
