import { describe, expect, it } from 'vitest';
import { createIssuer, local, PASSWORD, testEnv, WRONG_PASSWORD } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { createCountedBindings } from '../support/counting.ts';
import { answerDigest } from '../support/digest-client.ts';
import { ask, challenge, enrol, expectRefused, send, URI } from '../support/digest-issuer.ts';
import { expectProblem } from '../support/problem.ts';

stopClock();

describe('an unknown user', () => {
  const seen = async (response: Response) => ({
    status: response.status,
    headers: [...response.headers].map(([name, value]) => [name, value.replace(/nonce="[^"]*"/g, 'nonce')]),
    body: await response.text(),
  });

  it.each([{ hideUsername: false }, { hideUsername: true }])(
    'gets the answer of a wrong password at the same calls: %o',
    async ({ hideUsername }) => {
      const known = `known-${hideUsername}`;
      await enrol(known);
      await local.register(`plain-${hideUsername}`);
      const { vars, calls } = createCountedBindings();
      const counted = createIssuer({ ...vars, AUTH_SCHEMES: 'digest' });
      const answers = [];
      for (const username of [known, `unknown-${hideUsername}`, `plain-${hideUsername}`]) {
        const wrong = ask(username, { password: WRONG_PASSWORD, hideUsername });
        const headers = { Authorization: answerDigest(await challenge(), wrong).header };
        calls.splice(0);
        answers.push({
          ...(await seen(await counted.call('POST', URI, { headers }))),
          calls: calls.splice(0),
        });
      }
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
      expect(answers[0]?.calls).toContain('PASSWORD_DESK.settle');
    },
  );
});

describe('guessing', () => {
  it('is throttled, in one allowance with the password’s other doors, and tells nobody that a guess was right', async () => {
    await enrol('guessed');
    const guess = async (password: string) =>
      send(answerDigest(await challenge(), ask('guessed', { password })).header);
    for (let attempt = 0; attempt < 5; attempt += 1) await expectRefused(await guess(WRONG_PASSWORD));
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const json = { username: 'guessed', password: WRONG_PASSWORD };
      await expectProblem(await local.call('POST', URI, { json }), 400);
    }
    for (const password of [WRONG_PASSWORD, PASSWORD]) {
      const response = await guess(password);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      await expectProblem(response, 429);
    }
  });

  it('doesn’t tell whose hash a hidden username is by the guesses at its user', async () => {
    await enrol('hidden');
    const answers = [];
    for (const username of ['hidden', 'never-there']) {
      const json = { username, password: WRONG_PASSWORD };
      for (let attempt = 0; attempt < 11; attempt += 1) await local.call('POST', URI, { json });
      const hidden = ask(username, { password: WRONG_PASSWORD, hideUsername: true });
      for (let attempt = 0; attempt < 11; attempt += 1)
        answers.push((await send(answerDigest(await challenge(), hidden).header)).status);
    }
    expect(answers.slice(11)).toEqual(answers.slice(0, 11));
    expect(answers.slice(0, 11)).toEqual([...Array(10).fill(401), 429]);
    const right = ask('hidden', { hideUsername: true });
    expect((await send(answerDigest(await challenge(), right).header)).status).toBe(429);
  });

  it('doesn’t tell by a hidden username’s allowance that a guess was right while its user’s is used up', async () => {
    const answers = [];
    for (const [username, fifth] of [
      ['told', PASSWORD],
      ['untold', WRONG_PASSWORD],
    ] as const) {
      await enrol(username);
      const json = { username, password: WRONG_PASSWORD };
      for (let attempt = 0; attempt < 11; attempt += 1) await local.call('POST', URI, { json });
      for (let attempt = 0; attempt < 11; attempt += 1) {
        const password = attempt === 4 ? fifth : WRONG_PASSWORD;
        const hidden = ask(username, { password, hideUsername: true });
        answers.push((await send(answerDigest(await challenge(), hidden).header)).status);
      }
    }
    expect(answers).toEqual([...Array(10).fill(401), 429, ...Array(10).fill(401), 429]);
  });

  it('leaves nothing behind that grows: only accepted nonces are remembered', async () => {
    const row = await testEnv.DIRECTORY.prepare(
      "SELECT sealed FROM credentials WHERE type = 'digest'",
    ).first();
    expect(String(row?.sealed)).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  });
});
