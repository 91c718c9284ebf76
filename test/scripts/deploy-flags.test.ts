import { describe, expect, it } from 'vitest';
import { checkVars, parseDeployFlags } from '../../scripts/lib/deploy-flags.ts';

describe('parseDeployFlags', () => {
  it('reads settings, colons in the value included', () => {
    expect(
      parseDeployFlags(['--dry-run', '--var', 'ISSUER:https://id.example.com', '--var=AUDIENCE:']),
    ).toEqual({
      dryRun: true,
      vars: { ISSUER: 'https://id.example.com', AUDIENCE: '' },
    });
  });

  it('refuses what it does not know, in one line', () => {
    for (const args of [
      ['--dryrun'],
      ['extra'],
      ['--var', 'ISSUER'],
      ['--var', ':x'],
      ['--var'],
      ['--env', 'staging'],
    ]) {
      expect(() => parseDeployFlags(args)).toThrow(/^[^\n]+$/);
    }
  });
});

describe('checkVars', () => {
  it('returns the issuer', () => {
    expect(checkVars({ ISSUER: 'https://id.example.com', ACCESS_TOKEN_TTL: '5m' })).toBe(
      'https://id.example.com',
    );
    expect(checkVars({ ISSUER: '' })).toBeUndefined();
  });

  it('names everything that is wrong', () => {
    expect(() => checkVars({ ACCESS_TOKEN_TTL: '5', REGISTRATION: 'maybe', ACESS_TOKEN_TTL: '5m' })).toThrow(
      /ACESS_TOKEN_TTL is not a setting.*ACCESS_TOKEN_TTL must.*REGISTRATION must/,
    );
  });

  it.each([
    'http://id.example.com',
    'http://localhost:8787',
    'https://localhost',
    'https://id.example.com/',
    'id',
  ])('refuses %s as a public issuer', (issuer) => {
    expect(() => checkVars({ ISSUER: issuer })).toThrow(/ISSUER must be/);
  });

  it('refuses a secret as a var, without repeating it', () => {
    expect(() => checkVars({ MASTER_KEY: 'hunter2hunter2' })).toThrow(
      /^(?!.*hunter2).*MASTER_KEY is a secret/,
    );
  });
});
