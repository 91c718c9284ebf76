import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeAssets } from '../scripts/assets.ts';
import { checkBundle } from '../scripts/lib/bundle.ts';
import { ROOT } from '../scripts/lib/project.ts';
import { createVerifier, type Verifier } from '../src/verify/index.ts';
import { startMiniflareIssuer } from '../test/support/miniflare-issuer.ts';

/** `node bench/revocation-bound.ts`: how long ten verifiers, by the machine's clock, go on taking the token of a session that was signed out. */
const ISSUER = 'https://id.example.com';
const ROUNDS = 2;
const VERIFIERS = 10;
const LONGEST_SECONDS = 90;
const PASSWORD = 'kumquat oboe 42 zither';

await makeAssets();
await checkBundle();
const miniflare = await startMiniflareIssuer({
  root: ROOT,
  bundle: join(ROOT, 'dist/worker/index.js'),
  bindings: { ISSUER },
});
const url = String(await miniflare.ready).replace(/\/$/, '');
const measured: number[] = [];
try {
  for (let round = 0; round < ROUNDS; round += 1) measured.push(...(await measure(`user-${round}`)));
} finally {
  await miniflare.dispose();
}
const sorted = measured.toSorted((a, b) => a - b);
console.log(`seconds until refused, each verifier: ${sorted.map((seconds) => seconds.toFixed(1)).join(' ')}`);
console.log(
  `median ${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)} s, worst ${sorted.at(-1)?.toFixed(1)} s, bound 60 s`,
);
process.exitCode = (sorted.at(-1) ?? Number.POSITIVE_INFINITY) <= 60 ? 0 : 1;

async function measure(username: string): Promise<number[]> {
  const token = await register(username);
  const verifiers = Array.from({ length: VERIFIERS }, () =>
    createVerifier({
      issuer: ISSUER,
      audience: ISSUER,
      fetch: (address, init) => fetch(address.replace(ISSUER, url), init),
    }),
  );
  // They didn't all start at once: each one's list is of another age.
  for (const verifier of verifiers) {
    await expectTaken(verifier, token);
    await pause(1_500);
  }
  const { status } = await fetch(`${url}/auth/logout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  if (status !== 204) throw new Error(`The sign-out was answered ${status}`);
  const answeredAt = performance.now();
  return Promise.all(verifiers.map((verifier, index) => untilRefused(verifier, token, answeredAt, index)));
}

/** Half of them are busy, and half are called once in 20 s. */
async function untilRefused(
  verifier: Verifier,
  token: string,
  since: number,
  index: number,
): Promise<number> {
  const pauseMilliseconds = index % 2 === 0 ? 200 : 20_000;
  let lastTaken = 0;
  for (;;) {
    const outcome = await verifier.verify(token);
    const seconds = (performance.now() - since) / 1_000;
    if (!outcome.ok) {
      if (outcome.refusal.reason !== 'revoked') throw new Error(outcome.refusal.reason);
      // For a verifier that is rarely called only what it took counts.
      return index % 2 === 0 ? seconds : lastTaken;
    }
    lastTaken = seconds;
    if (seconds > LONGEST_SECONDS) return Number.POSITIVE_INFINITY;
    await pause(pauseMilliseconds);
  }
}

async function expectTaken(verifier: Verifier, token: string): Promise<void> {
  const outcome = await verifier.verify(token);
  if (!outcome.ok) throw new Error(outcome.refusal.reason);
}

async function register(username: string): Promise<string> {
  const response = await fetch(`${url}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: PASSWORD }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
