import { Failure } from './failure.ts';

type Answer = { resealed: number; unreadable: number; next?: object };

/** Asks an issuer to seal its credentials under its current master key, a page after another. */
export async function resealAll(issuer: string, token: string): Promise<Omit<Answer, 'next'>> {
  const done = { resealed: 0, unreadable: 0 };
  let after: object | undefined;
  do {
    const response = await fetch(new URL('/admin/credentials/reseal', issuer), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ after }),
    });
    if (!response.ok) throw new Failure(`the issuer answered ${response.status}: ${await response.text()}`);
    const { resealed, unreadable, next } = (await response.json()) as Answer;
    done.resealed += resealed;
    done.unreadable += unreadable;
    after = next;
  } while (after);
  return done;
}
