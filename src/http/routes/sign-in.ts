import type { ProofUse } from '../../core/dpop/used-proofs.ts';
import type { RequestContext } from '../context.ts';
import { challengesOf, enterByScheme } from '../doors.ts';
import { readProof } from '../dpop.ts';
import { sessionOrigin } from '../refresh-cookies.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { type RegistrationProblem, register } from '../registration.ts';
import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';
import { checkPassword, signIn } from '../sign-in.ts';

export const signInRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/auth/register',
    cors: 'allowed',
    body: schemas.registration,
    async handle(c, { body }) {
      const page = sessionOrigin(c, body.transport);
      if (!page.ok) return refuse(c, page.refusal);
      const read = await readProof(c, 'token');
      if (!read.ok) return refuse(c, read.refusal);
      const outcome = await register(c, body.username, body.password);
      if (!outcome.ok) return refuse(c, refusalOf(outcome.problem));
      return signIn(c, outcome.user, page.origin, { isNewUser: true, proof: read.proof });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/auth/login',
    cors: 'allowed',
    body: schemas.login,
    async handle(c, { body }) {
      const page = sessionOrigin(c, body.transport);
      if (!page.ok) return refuse(c, page.refusal);
      const { username, password } = body;
      const isForm = username !== undefined || password !== undefined;
      if (isForm && c.req.header('authorization') !== undefined)
        return refuse(c, bad('Credentials in the header and in the body: send one of them'));
      const read = await readProof(c, 'token');
      if (!read.ok) return refuse(c, read.refusal);
      const { origin } = page;
      const { proof } = read;
      return isForm ? signInByForm(c, username, password, origin, proof) : signInByScheme(c, origin, proof);
    },
  }),
];

async function signInByForm(
  c: RequestContext,
  username: string | undefined,
  password: string | undefined,
  origin: string | undefined,
  proof: ProofUse | undefined,
): Promise<Response> {
  if (username === undefined || password === undefined)
    return refuse(c, bad('The username or the password is missing'));
  const outcome = await checkPassword(c, username, password);
  switch (outcome.kind) {
    case 'right':
      return signIn(c, outcome.user, origin, { proof });
    case 'throttled':
      return refuse(c, { reason: 'throttled', retryAfterSeconds: outcome.retryAfterSeconds });
    case 'wrong':
      return refuse(c, { reason: 'wrong_credentials' });
  }
}

async function signInByScheme(
  c: RequestContext,
  origin: string | undefined,
  proof: ProofUse | undefined,
): Promise<Response> {
  const outcome = await enterByScheme(c);
  switch (outcome.kind) {
    case 'none':
      return refuse(c, { reason: 'no_credentials', challenges: await challengesOf(c) });
    case 'refused': {
      const { refusal, door, because } = outcome;
      return refuse(c, refusal, { ...(door && { door }), ...(because && { because }) });
    }
    case 'right': {
      const { proven, amr, door, finish } = outcome;
      const response = await signIn(c, proven, origin, {
        proof,
        amr: [amr, door],
        refusal: { reason: 'wrong_credentials_in_header', challenges: await challengesOf(c) },
      });
      if (!finish || response.status === 401) return response;
      const body = new Uint8Array(await response.clone().arrayBuffer());
      for (const [name, value] of Object.entries(await finish(body))) response.headers.set(name, value);
      return response;
    }
  }
}

function refusalOf(problem: RegistrationProblem): Refusal {
  switch (problem.kind) {
    case 'closed':
      return bad('Registration is closed', 403);
    case 'throttled':
      return { reason: 'throttled', retryAfterSeconds: problem.retryAfterSeconds };
    case 'bad_username':
    case 'bad_password':
    case 'weak_password':
      return bad(problem.description);
    case 'taken':
      return bad('The username is taken', 409);
  }
}

function bad(description: string, status: 400 | 403 | 409 = 400): Refusal {
  return { reason: 'bad_request', description, status };
}
