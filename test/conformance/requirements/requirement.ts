/** What shows that a requirement holds: words of a test's title; or why nothing does. */
export type Evidence = { file: string; test: string } | { because: string };

/** A section of a specification, and what it asks of a server: each demand with its evidence. */
export type Section = readonly [section: string, demands: Readonly<Record<string, Evidence>>];

export type Specification = {
  name: string;
  address: string;
  /** What of it asks nothing of this server, and so has no row. */
  leftOut: string;
  sections: readonly Section[];
};

export const testsIn =
  (file: string) =>
  (test: string): Evidence => ({ file, test });

/** Black-box tests by what they are about. */
export const authorization = testsIn('test/conformance/authorization.test.ts');
export const tokenEndpoint = testsIn('test/conformance/token-endpoint.test.ts');
export const grants = testsIn('test/conformance/grants.test.ts');
export const tokenStatus = testsIn('test/conformance/token-status.test.ts');
export const userinfo = testsIn('test/conformance/userinfo.test.ts');
export const discovery = testsIn('test/conformance/discovery.test.ts');
export const code = testsIn('test/http/oauth/authorization-code.test.ts');
export const request = testsIn('test/http/oauth/authorization-request.test.ts');
export const consent = testsIn('test/http/oauth/consent.test.ts');
export const pushed = testsIn('test/http/oauth/par.test.ts');
export const pushedOnce = testsIn('test/http/oauth/pushed-once.test.ts');
export const operatorClients = testsIn('test/http/oauth/operator-clients.test.ts');
export const proofDesk = testsIn('test/http/proof-desk.test.ts');
export const registration = testsIn('test/http/registration.test.ts');
export const backChannel = testsIn('test/live/back-channel.test.ts');
export const clients = testsIn('test/http/oauth/clients.test.ts');
export const ownRegistration = testsIn('test/http/oauth/own-registration.test.ts');
export const assertions = testsIn('test/http/oauth/client-assertions.test.ts');
export const device = testsIn('test/http/oauth/device.test.ts');
export const limits = testsIn('test/http/oauth/limits.test.ts');
export const calledAddresses = testsIn('test/http/oauth/called-addresses.test.ts');
export const namedApps = testsIn('test/http/oauth/named-apps.test.ts');
export const clientKeys = testsIn('test/live/client-keys.test.ts');
export const longest = testsIn('test/http/oauth/longest.test.ts');
export const signedIntrospection = testsIn('test/http/oauth/signed-introspection.test.ts');
export const logout = testsIn('test/http/oauth/logout.test.ts');
export const mixUp = testsIn('test/http/oauth/mix-up.test.ts');
export const boundClient = testsIn('test/http/oauth/dpop.test.ts');
export const dpop = testsIn('test/http/dpop.test.ts');
export const forged = testsIn('test/http/forged-tokens.test.ts');
export const rotation = testsIn('test/http/rotation-http.test.ts');
export const configuration = testsIn('test/http/configuration.test.ts');
export const rs256 = testsIn('test/http/rs256.test.ts');
export const secrets = testsIn('test/http/secrets.test.ts');
export const settings = testsIn('test/core/settings/settings.test.ts');
export const verifier = testsIn('test/verify/verifier.test.ts');
export const verifierRefusal = testsIn('test/verify/refusal.test.ts');
export const standardClients = testsIn('test/live/oauth-clients.test.ts');

/** Why there is no test. */
export const not = (because: string): Evidence => ({ because });

export const TLS = not(
  'Cloudflare serves the Worker, over TLS; an `ISSUER` that is not https is refused at start (`test/core/settings/settings.test.ts`)',
);
export const NO_IMPLICIT = not(
  'nothing but a code comes from the authorization endpoint, as OAuth 2.1 has it',
);
export const NO_REQUEST_OBJECTS = not('request objects are not taken; each gets the error that says so');
export const NO_ENCRYPTION = not(
  'nothing is encrypted to a client, and registration refuses who asks for it',
);

export const rfc = (number: number) => `https://www.rfc-editor.org/rfc/rfc${number}`;
export const openId = (name: string) => `https://openid.net/specs/openid-connect-${name}.html`;
