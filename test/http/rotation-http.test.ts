import { describe, expect, it } from 'vitest';
import { type CallOptions, createIssuer, isSignedIn, local, type Tokens } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { expectProblem } from '../support/problem.ts';
import { waitForRecord } from '../support/record.ts';

const clock = stopClock();

type Renewed = Tokens & { outcome: string | null };

async function renew(tokens: Tokens, options: CallOptions = {}): Promise<Renewed> {
  const response = await local.refresh(tokens.refresh_token, options);
  expect(response.status).toBe(200);
  return { ...(await response.json<Tokens>()), outcome: response.headers.get('refresh-outcome') };
}

async function expectReused(tokens: Tokens, options: CallOptions = {}): Promise<void> {
  const response = await local.refresh(tokens.refresh_token, options);
  const { error_description } = await expectProblem(response, 400, 'invalid_grant');
  expect(error_description).toMatch(/used twice.*stolen.*session was ended/s);
}

async function expectDead(...all: Tokens[]): Promise<void> {
  for (const tokens of all) {
    expect(await isSignedIn(local, tokens.access_token)).toBe(false);
    expect((await local.refresh(tokens.refresh_token)).status).toBe(400);
  }
}

describe('with an Idempotency-Key', () => {
  it('a repeat gets the same generation, minted anew, whenever it comes', async () => {
    const first = await local.register('repeater');
    const second = await renew(first, { key: 'k0' });
    expect(second.outcome).toBe('rotated');
    for (const seconds of [0, 60, 86_400]) {
      clock.advance(seconds);
      const repeated = await renew(first, { key: 'k0' });
      expect(repeated).toMatchObject({ outcome: 'repeated', session: first.session, generation: 1 });
      expect(repeated.refresh_token).not.toBe(second.refresh_token);
    }
    clock.advance(60);
    // Every minting of the generation is the same token.
    expect(await renew(second, { key: 'k1' })).toMatchObject({ generation: 2 });
  });

  it('any minting of a generation goes on, and the others are then spent', async () => {
    const first = await local.register('minter');
    const one = await renew(first, { key: 'k0' });
    const other = await renew(first, { key: 'k0' });
    const next = await renew(other, { key: 'k1' });
    expect(next.generation).toBe(2);
    expect(await renew(one, { key: 'k1' })).toMatchObject({ outcome: 'repeated', generation: 2 });
    await expectReused(one, { key: 'k-thief' });
    await expectDead(next);
  });

  it('another key is theft: the session is dead for both, and both learn why', async () => {
    const first = await local.register('robbed');
    const thief = await renew(first, { key: 'thief' });
    clock.advance(2);
    await expectReused(first, { key: 'owner' });
    await expectReused(thief, { key: 'thief-2' });
    await expectReused(first, { key: 'owner' });
    await expectDead(first, thief);
    await waitForRecord('robbed', (record) => record === null || record.sessions.length === 0);
  });

  it('kills the descendants of a stolen token, and no other session', async () => {
    let tokens = await local.register('dynasty');
    const bystander = await local.login('dynasty');
    const stolen = tokens;
    for (let use = 0; use < 5; use += 1) tokens = await renew(tokens, { key: `k${use}` });
    await expectReused(stolen, { key: 'thief' });
    await expectDead(tokens);
    expect(await isSignedIn(local, bystander.access_token)).toBe(true);
    expect((await renew(bystander)).generation).toBe(1);
  });

  it('a late duplicate is 409 superseded, changes nothing, and names no pair outside of a jar', async () => {
    const first = await local.register('held-back');
    const second = await renew(first, { key: 'k0' });
    const third = await renew(second, { key: 'k1' });
    for (const late of [first, first]) {
      const response = await local.refresh(late.refresh_token, { key: 'k0' });
      const problem = await expectProblem(response, 409, 'superseded');
      expect(Object.keys(problem).toSorted()).toEqual(['error', 'error_description']);
    }
    expect(await renew(third, { key: 'k2' })).toMatchObject({ outcome: 'rotated', generation: 3 });
  });

  it('a late duplicate of the last 16 generations is still known, after days', async () => {
    let tokens = await local.register('patient');
    const all = [tokens];
    for (let use = 0; use < 17; use += 1) {
      tokens = await renew(tokens, { key: `k${use}` });
      all.push(tokens);
      clock.advance(3_600);
    }
    const [, known] = all as [Tokens, Tokens];
    await expectProblem(await local.refresh(known.refresh_token, { key: 'k1' }), 409, 'superseded');
    expect((await renew(tokens, { key: 'k17' })).generation).toBe(18);
  });

  it('a keyed and an unkeyed presentation are never the same attempt', async () => {
    const keyed = await local.register('keyed-first');
    const next = await renew(keyed, { key: 'k' });
    await expectReused(keyed);
    await expectDead(next);
    const unkeyed = await local.register('unkeyed-first');
    const other = await renew(unkeyed);
    await expectReused(unkeyed, { key: 'k' });
    await expectDead(other);
  });

  it('one key may serve each generation: it belongs to its token', async () => {
    let tokens = await local.register('one-key');
    for (const generation of [1, 2, 3]) {
      const before = tokens;
      tokens = await renew(before, { key: 'always-the-same' });
      expect(tokens.generation).toBe(generation);
      expect(await renew(before, { key: 'always-the-same' })).toMatchObject({
        outcome: 'repeated',
        generation,
      });
    }
  });

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(256)],
    ['with a space', 'a b'],
    ['twice', 'a, b'],
    ['not ASCII', 'k\u00e9y'],
    ['with a tab', 'a\tb'],
  ])('that is %s is 400, and spends nothing', async (kind, key) => {
    const first = await local.register(`bad-key-${kind.replace(/\W/g, '')}`);
    const response = await local.refresh(first.refresh_token, { key });
    await expectProblem(response, 400, 'invalid_request');
    expect(await renew(first, { key: 'k'.repeat(255) })).toMatchObject({ outcome: 'rotated' });
  });
});

describe('without a key', () => {
  it('repeats are one attempt for ten seconds from the first', async () => {
    const first = await local.register('window');
    expect((await renew(first)).outcome).toBe('rotated');
    clock.advance(6);
    expect(await renew(first)).toMatchObject({ outcome: 'repeated', generation: 1 });
    clock.advance(3.9);
    const last = await renew(first);
    expect(last).toMatchObject({ outcome: 'repeated', generation: 1 });
    clock.advance(0.2);
    await expectReused(first);
    await expectDead(last);
  });

  it('the window closes when the successor is used', async () => {
    const first = await local.register('window-used');
    const second = await renew(first);
    const third = await renew(second);
    await expectReused(first);
    await expectDead(third);
  });

  it('fifty at once get the same successor, and one session stands', async () => {
    const first = await local.register('fifty');
    const all = await Promise.all(Array.from({ length: 50 }, () => renew(first)));
    expect(new Set(all.map(({ session, generation }) => `${session} ${generation}`))).toEqual(
      new Set([`${first.session} 1`]),
    );
    expect(all.filter(({ outcome }) => outcome === 'rotated')).toHaveLength(1);
    clock.advance(5);
    const next = await renew(all[25] as Tokens);
    expect(next.generation).toBe(2);
    const record = await waitForRecord('fifty', (each) => each?.sessions[0]?.generation === 2);
    expect(record?.sessions).toHaveLength(1);
  });

  it('fifty at once with fifty keys are theft', async () => {
    const first = await local.register('fifty-keys');
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => local.refresh(first.refresh_token, { key: `k${index}` })),
    );
    const accepted = answers.filter(({ status }) => status === 200);
    expect(accepted).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(49);
    await expectDead(await (accepted[0] as Response).json<Tokens>());
  });
});

describe('two devices', () => {
  it('refresh side by side, each with its own generations', async () => {
    let laptop = await local.register('two-devices');
    let phone = await local.login('two-devices');
    for (let round = 1; round <= 5; round += 1) {
      [laptop, phone] = await Promise.all([renew(laptop, { key: `l${round}` }), renew(phone)]);
      expect([laptop.generation, phone.generation]).toEqual([round, round]);
      // Less than after which the guard gives a put up that is under way.
      clock.advance(20);
    }
    clock.advance(2);
    laptop = await renew(laptop);
    const record = await waitForRecord('two-devices', (each) =>
      Boolean(each?.sessions.some(({ generation }) => generation === 6)),
    );
    expect(record?.sessions.map(({ sid }) => sid).toSorted()).toEqual(
      [laptop.session, phone.session].toSorted(),
    );
    expect(await isSignedIn(local, phone.access_token)).toBe(true);
  });
});

describe('the record of a much used session', () => {
  it('stays small', async () => {
    let tokens = await local.register('much-used');
    for (let use = 0; use < 200; use += 1) tokens = await renew(tokens, { key: `${'k'.repeat(200)}${use}` });
    clock.advance(5);
    tokens = await renew(tokens);
    const record = await waitForRecord('much-used', (each) => each?.sessions[0]?.generation === 201);
    expect(record?.sessions[0]?.spent.length).toBeLessThanOrEqual(16);
    expect(JSON.stringify(record).length).toBeLessThan(1_500);
  });
});

it('says nothing different about a session that never was and one that was logged out', async () => {
  const gone = await local.register('gone');
  await local.call('POST', '/auth/logout', { json: { refresh_token: gone.refresh_token } });
  const problem = await expectProblem(await local.refresh(gone.refresh_token), 400, 'invalid_grant');
  expect(problem.error_description).not.toMatch(/stolen/);
});

it('takes RETRY_WINDOW as a setting of the Worker without harm', async () => {
  const issuer = createIssuer({ RETRY_WINDOW: '0s' });
  const first = await issuer.register('no-window');
  expect((await issuer.refresh(first.refresh_token, { key: 'k' })).status).toBe(200);
  expect((await issuer.refresh(first.refresh_token, { key: 'k' })).status).toBe(200);
});
