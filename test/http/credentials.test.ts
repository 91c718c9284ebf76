import { describe, expect, it } from 'vitest';
import {
  type CallOptions,
  createIssuer,
  local,
  PASSWORD,
  testEnv,
  WRONG_PASSWORD,
} from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { signInByDigest } from '../support/digest-sign-in.ts';
import { expectProblem } from '../support/problem.ts';

const clock = stopClock();
const PATH = '/auth/credentials';
const REPLACED = {
  MASTER_KEY: 'YW5vdGhlciBzZWNyZXQgb25seSBmb3IgdGVzdHMgbmV2ZXIgZGVwbG95ZWQ',
  MASTER_KEY_PREVIOUS: testEnv.MASTER_KEY ?? '',
};

const add = (bearer: string, json: object, options: CallOptions = {}) =>
  local.call('POST', PATH, { bearer, json, ...options });
const list = async (bearer: string) =>
  (await (await local.call('GET', PATH, { bearer })).json<{ credentials: { id: string; type: string }[] }>())
    .credentials;

describe('/auth/credentials', () => {
  it('adds, lists and ends a credential that derives from the password', async () => {
    const { access_token: bearer } = await local.register('keeper');
    expect(await list(bearer)).toEqual([]);
    const added = await add(bearer, { type: 'digest', password: PASSWORD });
    expect(added.status).toBe(201);
    const credential = { id: 'digest', type: 'digest', created_at: clock.now() };
    expect(await added.json()).toEqual(credential);
    expect(await list(bearer)).toEqual([credential]);
    expect((await add(bearer, { type: 'digest', password: PASSWORD })).status).toBe(201);
    expect(await list(bearer)).toHaveLength(1);
    expect((await local.call('DELETE', `${PATH}/digest`, { bearer })).status).toBe(204);
    expect(await list(bearer)).toEqual([]);
    await expectProblem(await local.call('DELETE', `${PATH}/digest`, { bearer }), 404);
  });

  it('derives from the right password only, however fresh the sign-in', async () => {
    const { access_token: bearer } = await local.register('careful');
    await expectProblem(
      await add(bearer, { type: 'digest', password: WRONG_PASSWORD }),
      400,
      'invalid_grant',
    );
    await expectProblem(await add(bearer, { type: 'digest' }), 400, 'invalid_request');
    await expectProblem(await add(bearer, { type: 'basic', password: PASSWORD }), 400, 'invalid_request');
    expect(await list(bearer)).toEqual([]);
  });

  it('is closed to strangers, and shows nobody another’s', async () => {
    const { access_token: bearer } = await local.register('owner');
    await add(bearer, { type: 'digest', password: PASSWORD });
    const { access_token: other } = await local.register('stranger');
    expect(await list(other)).toEqual([]);
    await expectProblem(await local.call('DELETE', `${PATH}/digest`, { bearer: other }), 404);
    await expectProblem(await local.call('GET', PATH), 401);
    await expectProblem(
      await local.call('POST', PATH, { json: { type: 'digest', password: PASSWORD } }),
      401,
    );
    await expectProblem(await local.call('DELETE', `${PATH}/digest`), 401);
    expect(await list(bearer)).toHaveLength(1);
  });

  it('keeps what it seals readable after MASTER_KEY was replaced, and seals it anew', async () => {
    const { access_token: bearer } = await local.register('rekeyed');
    await add(bearer, { type: 'digest', password: PASSWORD });
    const sealedOf = async () =>
      (await testEnv.DIRECTORY.prepare("SELECT sealed FROM credentials WHERE username = 'rekeyed'").all())
        .results;
    const before = await sealedOf();
    expect(before).toHaveLength(2);
    const replaced = createIssuer({ ...REPLACED, AUTH_SCHEMES: 'digest' });
    expect((await signInByDigest(replaced, 'rekeyed', PASSWORD)).status).toBe(200);
    const after = await sealedOf();
    expect(after.filter((row, index) => row.sealed !== before[index]?.sealed)).toHaveLength(1);
    expect((await signInByDigest(replaced, 'rekeyed', PASSWORD)).status).toBe(200);
  });

  it('seals all anew, page by page, when the operator asks, and tells what no key opens', async () => {
    const operator = await local.register('operator');
    for (let round = 0; round < 45; round += 1) await add(operator.access_token, { type: 'aws4' });
    const statement =
      "UPDATE credentials SET sealed = 'damaged' WHERE id = (SELECT min(id) FROM credentials WHERE type = 'aws4')";
    await testEnv.DIRECTORY.prepare(statement).run();
    const replaced = createIssuer({ ...REPLACED, ADMINS: 'operator', AUTH_SCHEMES: 'basic,digest' });
    const { access_token: bearer } = await replaced.login('operator');
    const reseal = async (json: object) =>
      replaced.call('POST', '/admin/credentials/reseal', { bearer, json });
    const run = async () => {
      const total = { resealed: 0, unreadable: 0, pages: 0 };
      for (let after: object | undefined, isFirst = true; isFirst || after; isFirst = false) {
        const response = await reseal({ after });
        expect(response.status, await response.clone().text()).toBe(200);
        const page = await response.json<{ resealed: number; unreadable: number; next?: object }>();
        total.resealed += page.resealed;
        total.unreadable += page.unreadable;
        total.pages += 1;
        after = page.next;
      }
      return total;
    };
    const first = await run();
    expect(first.pages).toBeGreaterThan(1);
    expect(first.resealed).toBeGreaterThanOrEqual(44);
    expect(first.unreadable).toBe(1);
    expect(await run()).toEqual({ ...first, resealed: 0 });
    // The earlier master key may go now.
    const alone = createIssuer({ ...REPLACED, MASTER_KEY_PREVIOUS: '', AUTH_SCHEMES: 'digest' });
    expect((await signInByDigest(alone, 'rekeyed', PASSWORD)).status).toBe(200);
    await expectProblem(await reseal({ after: 'aws4' }), 400, 'invalid_request');
    const { access_token } = await replaced.login('rekeyed');
    const path = '/admin/credentials/reseal';
    await expectProblem(await replaced.call('POST', path, { bearer: access_token, json: {} }), 403);
    await expectProblem(await replaced.call('POST', path, { json: {} }), 401);
  });
});
