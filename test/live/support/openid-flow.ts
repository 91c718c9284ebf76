import * as openid from 'openid-client';

export const CALLBACK = 'https://client.example.com/callback';
/** Plain http, as the issuer is on one's own machine. */
export const insecure = { execute: [openid.allowInsecureRequests] };

/** The parameters of an authorization request, and what its answer is held against. */
export async function startFlow(more: Record<string, string> = {}) {
  const verifier = openid.randomPKCECodeVerifier();
  const [state, nonce] = [openid.randomState(), openid.randomNonce()];
  const parameters = {
    redirect_uri: CALLBACK,
    scope: 'openid profile offline_access',
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  };
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  return { parameters, checks };
}
