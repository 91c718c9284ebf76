import * as v from 'valibot';

/** The bodies of requests, once: for validation, for types and for `/openapi.json`, which says in `contract` what they mean. */

const username = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const password = v.pipe(v.string(), v.maxLength(2_048));

const transport = v.optional(v.picklist(['body', 'cookie']));

export const registration = v.object({ username, password, transport });

export const login = v.object({
  username: v.optional(username),
  password: v.optional(password),
  transport,
});

export const sessionPair = {
  session: v.optional(v.pipe(v.string(), v.maxLength(64))),
  generation: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
};

export const presentation = v.object({
  refresh_token: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(16_384))),
  ...sessionPair,
});

export const passwordChange = v.object({
  current: v.optional(password),
  next: password,
  end_credentials: v.optional(v.boolean()),
});

export const newCredential = v.variant('type', [
  v.object({ type: v.picklist(['digest', 'mutual']), password }),
  v.object({ type: v.literal('aws4'), password: v.optional(password) }),
  v.object({
    type: v.literal('hoba'),
    kid: v.optional(v.string()),
    public_key: v.union([v.pipe(v.string(), v.maxLength(8_192)), v.record(v.string(), v.unknown())]),
    password: v.optional(password),
  }),
]);
