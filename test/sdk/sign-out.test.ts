import { describe, expect, it } from 'vitest';
import { confirmEndings } from '../../src/sdk/core/endings.ts';
import { logout } from '../../src/sdk/core/sign-out.ts';
import type { Tab } from '../../src/sdk/core/tab.ts';
import { createScriptedTab } from './support/scripted-platform.ts';

const problem = (status: number, error: string) => Response.json({ error }, { status });
const done = () => new Response(null, { status: 204 });
const endingOf = async ({ store }: Tab) => (await store.update((book) => book)).ending;

describe('a sign-out', () => {
  it('goes without an access token that is none of the issuer’s any more', async () => {
    const { tab, sent } = createScriptedTab([problem(401, 'invalid_token'), done()]);
    await logout(tab);
    expect(sent.map(({ authorization, body }) => [authorization, body])).toEqual([
      ['Bearer first', '{"session":"s1"}'],
      [null, '{"session":"s1"}'],
    ]);
    expect(await endingOf(tab)).toEqual([]);
  });

  it.each([
    ['whose session is over', [problem(400, 'invalid_grant')]],
    ['whose cookie is gone', [problem(401, 'invalid_token'), problem(401, 'invalid_token')]],
  ])('%s has nothing to end', async (_, answers) => {
    const { tab, sent } = createScriptedTab([...answers]);
    await logout(tab);
    expect(sent).toHaveLength(answers.length);
    expect(await endingOf(tab)).toEqual([]);
  });

  it.each([
    ['an origin that is not allowed', [problem(403, 'invalid_request')], 'invalid_request'],
    ['somebody between', [problem(407, 'proxy'), done()], 'proxy'],
    ['somebody between, for the token too', [problem(401, 'proxy'), problem(401, 'proxy')], 'proxy'],
  ])('refused for %s is told again, and not taken for done', async (_, answers, code) => {
    const { tab, sent } = createScriptedTab([...answers]);
    const left = logout(tab);
    await expect(left).rejects.toMatchObject({ code });
    expect(tab.state).toEqual({ status: 'signed-out', reason: 'logout' });
    expect(await endingOf(tab)).toEqual(['s1']);
    const before = sent.length;
    confirmEndings(tab, await tab.store.update((book) => book));
    await expect.poll(() => sent.length).toBeGreaterThan(before);
  });
});
