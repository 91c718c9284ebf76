import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, createHttpsIssuer, createIssuer } from '../../support/client.ts';
import { CALLBACK, CHALLENGE, PageBrowser, VERIFIER } from '../../support/oauth.ts';

const OPEN = { CLIENT_REGISTRATION: 'open' };
const STATE = 'xyz';

/** Sends a library's requests to the issuer at its address; whoever else is asked for is a failure. */
function fetchFrom(...issuers: Client[]) {
  const asked: string[] = [];
  const send = (url: string, options: { method?: string; body?: unknown; headers?: unknown }) => {
    const { origin, pathname, search } = new URL(url);
    const issuer = issuers.find((each) => each.origin === origin);
    if (!issuer) throw new Error(`nobody is at ${origin}`);
    asked.push(`${origin}${pathname}`);
    const headers = Object.fromEntries(new Headers(options.headers as HeadersInit));
    const body = options.body === undefined || options.body === null ? undefined : String(options.body);
    return issuer.call(options.method ?? 'GET', pathname + search, { headers, ...(body && { body }) });
  };
  return { asked, send };
}

/**
 * A client that works with two issuers began with one, whose owner sends the user on to the other, to have the other's code
 * brought to its own token endpoint.
 *
 * @see RFC 9207, RFC 9700 section 4.4
 */
describe('mix-up of two issuers', () => {
  const honest = createHttpsIssuer(OPEN);
  const hostile = createIssuer({ ...OPEN, ISSUER: 'https://hostile.example' }, 'https://hostile.example');
  const { asked, send } = fetchFrom(honest, hostile);
  let answer: URL;
  let atHonest: openid.Configuration;
  let atHostile: openid.Configuration;

  beforeAll(async () => {
    await honest.register('mixed');
    const register = (issuer: Client) =>
      openid.dynamicClientRegistration(
        new URL(issuer.origin),
        { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' },
        openid.None(),
        { [openid.customFetch]: send },
      );
    [atHonest, atHostile] = [await register(honest), await register(hostile)];
    const begun = openid.buildAuthorizationUrl(atHostile, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      state: STATE,
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
    });
    // What the hostile issuer makes of it: the same request, in the client's name at the honest one.
    begun.searchParams.set('client_id', atHonest.clientMetadata().client_id);
    const browser = new PageBrowser(honest);
    await browser.signIn('mixed');
    const page = await browser.get(`/oauth/authorize${begun.search}`);
    answer = new URL((await browser.answer(page, 'allow')).headers.get('location') ?? '');
  });

  it('is told by iss, so that openid-client brings the code to nobody', async () => {
    expect(answer.searchParams.get('iss')).toBe(honest.origin);
    asked.length = 0;
    const checks = { pkceCodeVerifier: VERIFIER, expectedState: STATE };
    const message = 'unexpected "iss" (issuer) response parameter value';
    await expect(openid.authorizationCodeGrant(atHostile, answer, checks)).rejects.toMatchObject({
      cause: { message },
    });
    expect(asked).toEqual([]);
  });

  it('is told by iss to oauth4webapi, and can not be hidden by taking it away', () => {
    const validate = (config: openid.Configuration, url: URL) =>
      oauth.validateAuthResponse(config.serverMetadata(), config.clientMetadata(), url, STATE);
    expect(() => validate(atHostile, answer)).toThrow('unexpected "iss"');
    const bare = new URL(answer);
    bare.searchParams.delete('iss');
    expect(() => validate(atHonest, bare)).toThrow('"iss" (issuer) missing');
    expect(validate(atHonest, answer).get('code')).not.toBeNull();
  });

  it('is no trouble where the client began with the issuer that answers', async () => {
    const checks = { pkceCodeVerifier: VERIFIER, expectedState: STATE };
    const tokens = await openid.authorizationCodeGrant(atHonest, answer, checks);
    expect(tokens.claims()).toMatchObject({ iss: honest.origin, sub: 'mixed' });
  });
});
