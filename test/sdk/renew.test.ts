import { describe, expect, it } from 'vitest';
import { advance, forget } from '../../src/sdk/core/pair-book.ts';
import { receive } from '../../src/sdk/core/receive.ts';
import { renew } from '../../src/sdk/core/renew.ts';
import { leave, type Tab } from '../../src/sdk/core/tab.ts';
import type { Change } from '../../src/sdk/types.ts';
import { createScriptedTab, tokens } from './support/scripted-platform.ts';

const problem = (status: number, body: object) => Response.json(body, { status });
const superseded = (generation: number) => problem(409, { error: 'superseded', session: 's1', generation });

/** Lets something happen elsewhere while the next request is under way. */
function meanwhile(tab: Tab, happens: () => unknown): void {
  const { fetch } = tab;
  tab.fetch = async (request) => {
    tab.fetch = fetch;
    await happens();
    return fetch(request);
  };
}

describe('a refresh', () => {
  it('sends the expired access token, the pair and its key', async () => {
    const { tab, sent } = createScriptedTab([tokens()]);
    await renew(tab);
    expect(sent).toMatchObject([
      { authorization: 'Bearer first', body: '{"session":"s1","generation":0}', key: 'key' },
    ]);
  });

  it('goes on with the pair that a 409 names, a higher or a lower one', async () => {
    const { tab, sent } = createScriptedTab([superseded(3), superseded(7), superseded(3), tokens(4)]);
    await renew(tab);
    expect(sent.map(({ body }) => JSON.parse(body).generation)).toEqual([0, 3, 7, 3]);
    expect(sent[3]?.key).toBe(sent[1]?.key);
    expect(tab.held?.generation).toBe(4);
  });

  it('ends where a 409 names what was presented, again and again: the newer cookies are gone', async () => {
    const { tab, sent } = createScriptedTab(Array.from({ length: 9 }, () => superseded(0)));
    await renew(tab);
    expect(tab.state).toEqual({ status: 'signed-out', reason: 'ended' });
    expect(sent.length).toBeLessThan(9);
  });

  it('does not end by one such 409, however often the network failed before', async () => {
    const failures = Array.from({ length: 5 }, () => new Error('lost'));
    const { tab } = createScriptedTab([...failures, superseded(0), tokens(1)]);
    await renew(tab);
    expect(tab.held?.generation).toBe(1);
  });

  it('keeps the session if the network fails after such 409s', async () => {
    const { tab, sent } = createScriptedTab(Array.from({ length: 5 }, () => superseded(0)));
    await expect(renew(tab)).rejects.toMatchObject({ code: 'network' });
    expect(sent).toHaveLength(11);
    expect(tab.state.status).toBe('signed-in');
  });

  it('does without an access token that the issuer no longer knows', async () => {
    const { tab, sent } = createScriptedTab([
      problem(401, { error: 'invalid_token', error_description: 'The access token is invalid' }),
      tokens(),
    ]);
    await renew(tab);
    expect(sent.map(({ authorization }) => authorization)).toEqual(['Bearer first', null]);
    expect(tab.held?.generation).toBe(1);
  });

  it('goes on when another tab has moved on before a refusal', async () => {
    const { tab, sent } = createScriptedTab([problem(400, { error: 'invalid_grant' }), tokens(6)]);
    meanwhile(tab, () => tab.store.update((book) => advance(book, { session: 's1', generation: 5 })));
    await renew(tab);
    expect(sent.map(({ body }) => JSON.parse(body).generation)).toEqual([0, 5]);
    expect(tab.state.status).toBe('signed-in');
  });

  it.each([
    ['reuse', 'reuse'],
    ['expired', 'expired'],
    ['ended', 'ended'],
    [undefined, 'ended'],
  ])('that is refused for %s signs out, and says %s', async (reason, said) => {
    const { tab } = createScriptedTab([problem(400, { error: 'invalid_grant', reason })]);
    await renew(tab);
    expect(tab.state).toEqual({ status: 'signed-out', reason: said });
  });

  it.each([
    ['is not allowed here', problem(403, { error: 'invalid_request' }), 'invalid_request'],
    ['is asked too much', problem(429, { error: 'temporarily_unavailable' }), 'network'],
  ])('that %s throws, and the session is kept', async (_, answer, code) => {
    const { tab } = createScriptedTab([answer]);
    await expect(renew(tab)).rejects.toMatchObject({ code });
    expect(tab.state.status).toBe('signed-in');
  });

  it('whose answer comes after a sign-out in another tab brings nobody back', async () => {
    const { tab } = createScriptedTab([tokens()]);
    const changes: Change[] = [];
    tab.listeners.add((change) => changes.push(change));
    meanwhile(tab, () => tab.store.update((book) => forget(book, 's1')));
    await renew(tab);
    expect(tab.held?.generation).toBe(0);
    expect(changes).toEqual([]);
  });

  it('whose answer comes after a sign-out here brings nobody back', async () => {
    const { tab } = createScriptedTab([tokens()]);
    meanwhile(tab, () => leave(tab, 'logout'));
    await renew(tab);
    expect(tab.state).toEqual({ status: 'signed-out', reason: 'logout' });
    expect(tab.held).toBeUndefined();
  });

  it('repeats with the key of then when the jar is put back by a generation', async () => {
    const { tab, sent } = createScriptedTab([tokens(1), superseded(0), tokens(1)]);
    await renew(tab);
    await renew(tab);
    expect(sent.map(({ body }) => JSON.parse(body).generation)).toEqual([0, 1, 0]);
    expect(sent[2]?.key).toBe(sent[0]?.key);
    expect(sent[1]?.key).not.toBe(sent[0]?.key);
  });

  it('is not tried with another key where a newer generation was spent: it would look stolen', async () => {
    const { tab, sent } = createScriptedTab([superseded(7), superseded(3)]);
    await renew(tab);
    expect(sent).toHaveLength(2);
    expect(tab.state).toEqual({ status: 'signed-out', reason: 'ended' });
  });
});

describe('what another tab says', () => {
  const held = (tab: Tab, generation: number, session = 's1') => ({
    held: { session, generation, username: 'ada', token: `of ${generation}`, since: tab.now(), seconds: 600 },
    isSignIn: false,
  });

  it('is taken if it is newer, and not if it is older', () => {
    const { tab } = createScriptedTab([]);
    receive(tab, held(tab, 2));
    receive(tab, held(tab, 1));
    expect(tab.held?.token).toBe('of 2');
  });

  it('of another session is not for this one', () => {
    const { tab } = createScriptedTab([]);
    receive(tab, { ...held(tab, 2, 's2'), isSignIn: true });
    receive(tab, { ended: 's2', username: undefined, reason: 'logout' });
    expect(tab.held?.token).toBe('first');
    receive(tab, { ended: 's2', username: 'ada', reason: 'logout' });
    expect(tab.state).toEqual({ status: 'signed-out', reason: 'logout' });
  });
});
