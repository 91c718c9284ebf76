import { describe, expect, it } from 'vitest';
import { MUTUAL_ALGORITHMS } from '../../../src/core/settings/settings.ts';
import {
  formatValue,
  mutualAlgorithm,
  parseMutualAlgorithm,
  parseValue,
  passwordNumber,
} from '../../../src/schemes/mutual/algorithm.ts';
import { exchange, proofs, verifierOf } from '../../../src/schemes/mutual/kam3.ts';
import { concat, encodeString, toInt, toOctets } from '../../../src/schemes/mutual/octets.ts';
import { ALGORITHMS } from '../../../src/sdk/mutual/algorithms.ts';

const NAME = ['id.example.com', 'edgemint', 'ada'] as const;
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

/** RFC 8121 appendix B: octets of an element and of a hash, characters of `kc1` and `vkc`. */
const SIZES = {
  'iso-kam3-dl-2048-sha256': [256, 32, 344, 44],
  'iso-kam3-dl-4096-sha512': [512, 64, 684, 88],
  'iso-kam3-ec-p256-sha256': [33, 32, 66, 64],
  'iso-kam3-ec-p521-sha512': [66, 64, 132, 128],
};

describe.each(MUTUAL_ALGORITHMS)('%s', (name) => {
  const server = mutualAlgorithm(name);
  const client = ALGORITHMS[name]?.();
  if (!client) throw new Error(name);
  const { elementOctets } = server.group;

  it('has the sizes of RFC 8121 appendix B', () => {
    const written = (octets: number) => formatValue(server, 1n, octets).replaceAll('"', '').length;
    const { hashOctets } = server;
    expect([elementOctets, hashOctets, written(elementOctets), written(hashOctets)]).toEqual(SIZES[name]);
  });

  it('makes of one password the same secret on both sides, by two programs, and of another one none', async () => {
    const pi = await passwordNumber(server, ...NAME, 'correct horse');
    const salt = concat(...[name, ...NAME].map(encodeString));
    expect(await client.passwordNumber('correct horse', salt)).toBe(pi);
    const { secret, kc1 } = client.begin(random);
    const exchanged = exchange(server, verifierOf(server, pi), kc1, random(elementOctets + 8));
    if (!exchanged) throw new Error('no exchange');
    const { ks1, z } = exchanged;
    expect(client.finish({ secret, kc1, ks1, pi })).toBe(z);
    expect(client.finish({ secret, kc1, ks1, pi: pi + 1n })).not.toBe(z);
    const { client: vkc, server: vks } = proofs(server, exchanged, 3, 'https://id.example.com:443');
    expect(vkc).not.toBe(vks);
    const others = [
      proofs(server, exchanged, 4, 'https://id.example.com:443'),
      proofs(server, exchanged, 3, 'https://evil.example:443'),
      proofs(server, { ...exchanged, z: z ^ 1n }, 3, 'https://id.example.com:443'),
    ];
    for (const other of others) expect(other.client).not.toBe(vkc);
  });

  it('refuses what is no element, or one that would give something away', () => {
    const verifier = verifierOf(server, 5n);
    const top = 2n ** BigInt(elementOctets * 8) - 1n;
    // Of a curve's numbers every other one is a point; of the others 0 and 1 are none that may be used.
    const small = Array.from({ length: name.includes('-dl-') ? 3 : 40 }, (_, n) => BigInt(n));
    const refused = [...small, top].filter((kc1) => !exchange(server, verifier, kc1, random(80)));
    const { secret, kc1 } = client.begin(random);
    const finished = [...small, top].filter(
      (ks1) => client.finish({ secret, kc1, ks1, pi: 5n }) === undefined,
    );
    expect(finished).toEqual(refused);
    expect(refused).toContain(top);
    const prime = server.group.order * 2n + 1n;
    if (name.includes('-dl-')) {
      expect(refused).toEqual([0n, 1n, top]);
      // The one element of order two.
      expect(exchange(server, verifier, prime - 1n, random(80))).toBeUndefined();
    } else expect(refused.length).toBeGreaterThan(10);
  });

  it('refuses an exchange that ends at the point at infinity', () => {
    if (name.includes('-dl-')) return;
    const { group, hash } = server;
    const client1 = group.generate(7n);
    const t1 = toInt(hash(concat(new Uint8Array([1]), toOctets(group.encode(client1) ?? 0n, elementOctets))));
    const opposite = group.encode(group.power(client1, group.order - (t1 % group.order))) ?? 0n;
    expect(exchange(server, opposite, group.encode(client1) ?? 0n, random(80))).toBeUndefined();
  });

  it('is made once, so that a curve’s table of multiples is', () => {
    expect(parseMutualAlgorithm(name)).toBe(server);
  });

  it('reads values in their natural length only, as they are written', () => {
    const text = formatValue(server, 12_345n, elementOctets).replaceAll('"', '');
    expect(parseValue(server, text, elementOctets)).toBe(12_345n);
    for (const wrong of ['', text.slice(2), `${text}00`, `${text.slice(0, -1)}!`, ` ${text}`])
      expect(parseValue(server, wrong, elementOctets), wrong).toBeUndefined();
  });
});

it('knows no other algorithm, and takes a name in any case', () => {
  expect(parseMutualAlgorithm('ISO-KAM3-EC-P256-SHA256')?.name).toBe('iso-kam3-ec-p256-sha256');
  for (const name of ['', 'iso-kam3-ec-p256-sha512', 'toString'])
    expect(parseMutualAlgorithm(name)).toBeUndefined();
});
