import * as v from 'valibot';

/** The parameters of the OAuth endpoints, once: for validation, for types and for `/openapi.json`. */

const text = v.optional(v.pipe(v.string(), v.maxLength(2_048)));
const longText = v.optional(v.pipe(v.string(), v.maxLength(16_384)));
const resources = v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(512))), v.maxLength(16)));

/** How a client says and proves who it is (RFC 6749 section 2.3.1, RFC 7523 section 2.2). */
const clientEntries = {
  client_id: text,
  client_secret: text,
  client_assertion: longText,
  client_assertion_type: text,
};

export const clientParameters = v.object(clientEntries);
export type ClientParameters = v.InferOutput<typeof clientParameters>;

export const tokenParameters = v.object({
  ...clientEntries,
  grant_type: v.pipe(v.string(), v.maxLength(255)),
  scope: text,
  resource: resources,
  code: longText,
  redirect_uri: text,
  code_verifier: text,
  refresh_token: longText,
  device_code: text,
});
export type TokenParameters = v.InferOutput<typeof tokenParameters>;

/** RFC 7009 section 2.1, RFC 7662 section 2.1. */
export const presentedToken = v.object({
  ...clientEntries,
  token: v.pipe(v.string(), v.maxLength(16_384)),
  token_type_hint: text,
});
export type PresentedToken = v.InferOutput<typeof presentedToken>;

/** RFC 8628 section 3.1. */
export const deviceParameters = v.object({ ...clientEntries, scope: text, resource: resources });

/** RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core 1.0 section 3.1.2.1. */
export const authorizationEntries = {
  response_type: text,
  redirect_uri: text,
  scope: text,
  state: v.optional(v.pipe(v.string(), v.maxLength(4_096))),
  code_challenge: text,
  code_challenge_method: text,
  response_mode: text,
  nonce: v.optional(v.pipe(v.string(), v.maxLength(1_024))),
  prompt: text,
  max_age: text,
  login_hint: text,
  id_token_hint: longText,
  ui_locales: text,
  resource: resources,
  dpop_jkt: text,
  request: longText,
};
export const pushedParameters = v.object({
  ...clientEntries,
  ...authorizationEntries,
  request_uri: longText,
});
export const authorizationParameters = v.object({
  client_id: text,
  request_uri: longText,
  ...authorizationEntries,
});
export type AuthorizationParameters = v.InferOutput<typeof authorizationParameters>;
