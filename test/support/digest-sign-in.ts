import type { Client } from './client.ts';
import { answerDigest, readFields } from './digest-client.ts';

/** Asks for a challenge and answers its first offer. */
export async function signInByDigest(issuer: Client, username: string, password: string): Promise<Response> {
  const uri = '/auth/login';
  const challenge = (await issuer.call('POST', uri)).headers.get('www-authenticate') ?? '';
  const [offer = ''] = challenge.split(/, (?=Digest )/);
  const { header } = answerDigest(readFields(offer), { username, password, method: 'POST', uri });
  return issuer.call('POST', uri, { headers: { Authorization: header } });
}
