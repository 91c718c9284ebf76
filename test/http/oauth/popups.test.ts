import { beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../../support/client.ts';
import {
  authorizationOf,
  createOpenIssuer,
  PageBrowser,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';

const issuer = createOpenIssuer();
let client: Registered;
let browser: PageBrowser;

beforeAll(async () => {
  client = await registerClient(issuer);
  browser = await PageBrowser.ofNewUser(issuer, 'popping');
});

const openerPolicy = ({ headers }: Response) => headers.get('cross-origin-opener-policy');

/** Browsers heed Cross-Origin-Opener-Policy in each answer of a navigation, redirects included. */
describe('an app that opened a popup keeps hold of it', () => {
  const authorize = (changes: Record<string, string> = {}, by = browser) =>
    by.authorize(authorizationOf(client, changes));
  const signin = '/signin?return_to=/oauth/authorize';
  const answers: [string, number, () => Promise<Response>][] = [
    ['the redirect to the sign-in', 303, () => authorize({}, new PageBrowser(issuer))],
    ['the sign-in', 200, () => browser.get(signin)],
    ['a refused sign-in', 400, () => browser.submit(signin, { username: 'popping', password: '' })],
    ['the redirect after it', 303, () => browser.submit(signin, { username: 'popping', password: PASSWORD })],
    ['the page that makes an account', 200, () => browser.get(`${signin}&new`)],
    ['the consent', 200, () => authorize()],
    ['the answer', 303, async () => browser.answer(await authorize(), 'deny')],
    ['an answer by form_post', 200, () => authorize({ response_mode: 'form_post', prompt: 'x' })],
    ['an error that only the user is told', 400, () => authorize({ redirect_uri: 'https://evil.example' })],
    ['the sign-out', 200, () => browser.get('/oauth/logout')],
    [
      'the redirect after the sign-out',
      303,
      () => browser.submit('/oauth/logout/confirm', { decision: 'allow' }),
    ],
    ['where that leads', 200, () => new PageBrowser(issuer).get('/signin')],
  ];
  it.each(answers)('through %s (%d)', async (_, status, ask) => {
    const response = await ask();
    expect(response.status).toBe(status);
    expect(openerPolicy(response)).toBeNull();
  });

  it.each(['/account', '/docs', '/'])('never of %s', async (path) => {
    const own = await PageBrowser.ofNewUser(issuer, `popping-${path.slice(1)}-`);
    expect(openerPolicy(await own.get(path))).toBe('same-origin');
  });
});
