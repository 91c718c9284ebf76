import { describe, expect, it } from 'vitest';
import { createIssuer, isSignedIn, local, type Tokens } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { readFields } from '../support/digest-client.ts';
import { addCredential, ENROL, signInByHoba } from '../support/enrolment.ts';
import { HobaClient } from '../support/hoba-client.ts';
import { createPausingDesks } from '../support/pausing-desk.ts';
import { expectProblem } from '../support/problem.ts';

stopClock();
const PATH = '/auth/credentials';
const AUTH_SCHEMES = 'digest,mutual,hoba,aws4';
const issuer = createIssuer({ AUTH_SCHEMES });

const end = (bearer: string, id: string) => local.call('DELETE', `${PATH}/${id}`, { bearer });

describe.each(['digest', 'mutual', 'hoba', 'aws4'] as const)('the end of a credential: %s', (type) => {
  it('ends the sessions that it opened, and no others', async () => {
    const { access_token: bearer, refresh_token } = await local.register(`ends-${type}`);
    const { id, signIn } = await ENROL[type](`ends-${type}`, bearer);
    const [one, two] = [
      await (await signIn(issuer)).json<Tokens>(),
      await (await signIn(issuer)).json<Tokens>(),
    ];
    const { sessions } = await (await local.call('GET', '/auth/sessions', { bearer })).json<{
      sessions: { id: string; credential?: string }[];
    }>();
    const opened = sessions.filter(({ credential }) => credential === id).map((session) => session.id);
    expect(opened.toSorted()).toEqual([one.session, two.session].toSorted());
    expect(sessions).toHaveLength(3);

    expect((await end(one.access_token, id)).status).toBe(204);
    for (const tokens of [one, two]) {
      await expectProblem(await local.refresh(tokens.refresh_token), 400, 'invalid_grant');
      expect(await isSignedIn(local, tokens.access_token)).toBe(false);
    }
    expect((await signIn(issuer)).status).toBe(401);
    expect((await local.refresh(refresh_token)).status).toBe(200);
  });

  it('beats a sign-in that was checked before it, and opens nothing', async () => {
    const { access_token: bearer } = await local.register(`late-${type}`);
    const { id, signIn } = await ENROL[type](`late-${type}`, bearer);
    const verdict = type === 'mutual' ? 'settleExchange' : 'settle';
    const late = createIssuer({
      AUTH_SCHEMES,
      PASSWORD_DESK: createPausingDesks(verdict, async () => {
        expect((await end(bearer, id)).status).toBe(204);
      }),
    });
    const response = await signIn(late);
    expect(response.status, await response.clone().text()).toBe(401);
    expect(readFields(response.headers.get('www-authenticate') ?? '').realm).toBe('edgemint');
    const { sessions } = await (await local.call('GET', '/auth/sessions', { bearer })).json<{
      sessions: object[];
    }>();
    expect(sessions).toHaveLength(1);
  });

  it('of another kind lets a sign-in under way through', async () => {
    const { access_token: bearer } = await local.register(`other-${type}`);
    const { signIn } = await ENROL[type](`other-${type}`, bearer);
    const spare = await addCredential(bearer, {
      type: 'hoba',
      public_key: await (await HobaClient.create('ES256')).jwk(),
    });
    const verdict = type === 'mutual' ? 'settleExchange' : 'settle';
    const meanwhile = async () => {
      expect((await end(bearer, spare)).status).toBe(204);
    };
    const late = createIssuer({ AUTH_SCHEMES, PASSWORD_DESK: createPausingDesks(verdict, meanwhile) });
    expect((await signIn(late)).status).toBe(200);
  });
});

it('a key put in the place of another under its id ends what that one opened', async () => {
  const { access_token: bearer } = await local.register('replacing');
  const [old, next] = [await HobaClient.create('Ed25519', 'same'), await HobaClient.create('ES256', 'same')];
  await addCredential(bearer, { type: 'hoba', kid: 'same', public_key: await old.jwk() });
  const { refresh_token } = await (await signInByHoba(issuer, old)).json<Tokens>();
  await addCredential(bearer, { type: 'hoba', kid: 'same', public_key: await next.jwk() });
  await expectProblem(await local.refresh(refresh_token), 400, 'invalid_grant');
  expect((await signInByHoba(issuer, old)).status).toBe(401);
  expect((await signInByHoba(issuer, next)).status).toBe(200);
});
