import { createHobaChallenge } from '../../schemes/hoba/hoba.ts';
import { hashedKid, parsePublicKey } from '../../schemes/hoba/public-key.ts';
import { withoutPadding } from '../../schemes/hoba/result.ts';
import type { RequestContext } from '../context.ts';
import { addCredential, makeCredential, refusalOf } from '../credential-making.ts';
import { isForm, readFields } from '../form.ts';
import { credentialsVersionFor } from '../fresh-sign-in.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';

/** What a HOBA client finds at well-known addresses (RFC 7486 section 6). */
export const hobaRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/.well-known/hoba/getchal',
    cors: 'allowed',
    async handle(c) {
      if (!isOn(c)) return refuse(c, bad('HOBA is off', 404));
      const random = (byteLength: number) => crypto.getRandomValues(new Uint8Array(byteLength));
      return c.text(await createHobaChallenge({ keys: c.get('services').keys, now: c.get('now'), random }));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/.well-known/hoba/register',
    cors: 'allowed',
    access: { scope: 'account' },
    async handle(c, { access }) {
      if (!isOn(c)) return refuse(c, bad('HOBA is off', 404));
      if (!isForm(c.req.header('content-type')))
        return refuse(c, bad('The body must be a form, application/x-www-form-urlencoded', 415));
      const form = await readFields(c);
      const allowed = await credentialsVersionFor(c, access, form.get('password') ?? undefined);
      if (typeof allowed !== 'number') return refuse(c, allowed);
      const kid = form.has('kid') ? withoutPadding(form.get('kid') ?? '') : undefined;
      const pub = form.get('pub') ?? '';
      if ((form.get('kidtype') ?? '0') === '0' && kid !== undefined && !(await isHashOf(kid, pub)))
        return refuse(c, bad('A kid of kidtype 0 is the hash of the public key, and this one is not'));
      const made = await makeCredential(c, access, { type: 'hoba', kid, public_key: pub });
      if ('problem' in made) return refuse(c, refusalOf(made.problem));
      const added = await addCredential(c, access, allowed, made);
      if ('problem' in added) return refuse(c, refusalOf(added.problem));
      c.header('Hobareg', 'regok');
      return c.text(added.id);
    },
  }),
];

function isOn(c: RequestContext): boolean {
  return c.get('services').settings.authSchemes.includes('hoba');
}

async function isHashOf(kid: string, pub: string): Promise<boolean> {
  const key = await parsePublicKey(pub);
  return key !== undefined && (await hashedKid(key)) === kid;
}

function bad(description: string, status: 400 | 404 | 415 = 400): Refusal {
  return { reason: 'bad_request', status, description };
}
