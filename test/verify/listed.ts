import type { VerifierOptions } from '../../src/verify/index.ts';
import { ISSUER, Issuer, verdict } from './support.ts';

export const LIST = `${ISSUER}/status/0`;
/** A `status` claim. */
export const place = (idx: unknown, uri: unknown = LIST) => ({ status: { status_list: { idx, uri } } });

/** An issuer, a verifier, and a token with a place in the issuer's list. */
export async function build(options: Partial<VerifierOptions> = {}) {
  const issuer = await Issuer.create();
  const verifier = issuer.verifier(options);
  const token = await issuer.token({ exp: issuer.now + 86_400, ...place(7) });
  /** Verifies, and lets what it began in the background end. */
  const check = async (presented = token) => {
    const background: Promise<unknown>[] = [];
    const outcome = await verifier.verify(presented, { waitUntil: (work) => background.push(work) });
    await Promise.all(background);
    return verdict(outcome);
  };
  const listCalls = () => issuer.asked.filter((url) => url === LIST).length;
  return { issuer, verifier, token, check, listCalls };
}
