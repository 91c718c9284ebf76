import { describe, expect, it } from 'vitest';
import { chooseSecret, SECRETS } from '../../scripts/lib/secrets.ts';
import { parseRsaKey } from '../../src/core/keys/rsa-key.ts';
import { parseMasterKey } from '../../src/core/settings/master-key.ts';

describe.each(SECRETS)('chooseSecret, for $name', (secret) => {
  it('draws a new one each time', () => {
    expect(secret.isGood(chooseSecret(secret, undefined))).toBe(true);
    expect(chooseSecret(secret, '')).not.toBe(chooseSecret(secret, undefined));
  });

  it('takes the one that is given', () => {
    const given = secret.draw();
    expect(chooseSecret(secret, given)).toBe(given);
  });

  it('refuses one that is none, without repeating it', () => {
    const message = new RegExp(`^(?!.*hunter2)${secret.name} in the environment`);
    for (const given of ['hunter2', 'hunter2 hunter2 hunter2 hunter2 hunter2 hunter2', 'hunter2'.repeat(3)]) {
      expect(() => chooseSecret(secret, given)).toThrow(message);
    }
  });
});

it('draws a master key of 32 bytes and an RSA key that its reader takes', () => {
  const [masterKey, rsaKey] = SECRETS.map((secret) => secret.draw());
  expect(parseMasterKey(masterKey)).toHaveLength(32);
  expect(parseRsaKey(rsaKey)).toBeDefined();
  expect(parseRsaKey(rsaKey?.slice(0, -8))).toBeUndefined();
  expect(parseRsaKey(masterKey)).toBeUndefined();
});
