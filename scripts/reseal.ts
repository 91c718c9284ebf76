import { Failure, run } from './lib/failure.ts';
import { resealAll } from './lib/resealing.ts';

/** `ADMIN_TOKEN=… npm run reseal -- <issuer>`: after MASTER_KEY was replaced, seals all credentials under the new one. */
await run(async () => {
  const [issuer = ''] = process.argv.slice(2);
  const token = process.env.ADMIN_TOKEN ?? '';
  if (!URL.canParse(issuer) || token === '')
    throw new Failure('usage: ADMIN_TOKEN=<access token of scope admin> npm run reseal -- <issuer>');
  const { resealed, unreadable } = await resealAll(issuer, token);
  console.log(`${resealed} credentials were sealed under the current MASTER_KEY.`);
  if (unreadable > 0) throw new Failure(`${unreadable} are of a master key that is gone: they are lost.`);
});
