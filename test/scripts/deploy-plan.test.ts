import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  decideIssuer,
  findNamespaceId,
  findWorkersDevUrl,
  readSecretList,
  withIssuer,
  withNamespaceId,
} from '../../scripts/lib/deploy-plan.ts';
import { ROOT } from '../../scripts/lib/project.ts';
import { errorLine } from '../../scripts/lib/wrangler.ts';

const WRANGLER_TOML = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8').replace(/^ISSUER.*$/m, 'ISSUER = ""');

describe('readSecretList', () => {
  it('reads names', () => {
    const stdout = '[\n  { "name": "MASTER_KEY", "type": "secret_text" }\n]\n';
    expect(readSecretList({ code: 0, stdout, stderr: '' })).toEqual({
      exists: true,
      secrets: ['MASTER_KEY'],
    });
    expect(readSecretList({ code: 0, stdout: '[]', stderr: '' })).toEqual({ exists: true, secrets: [] });
  });

  it('tells a Worker that is not there', () => {
    const stderr =
      '✘ [ERROR] Worker "edgemint" not found.\n\nIf this is a new Worker, run `wrangler deploy` first.';
    expect(readSecretList({ code: 1, stdout: '', stderr })).toEqual({ exists: false, secrets: [] });
  });

  it('stops at anything else, so that no key is ever overwritten', () => {
    const failures = [
      '✘ [ERROR] A request to the Cloudflare API failed.',
      '✘ [ERROR] fetch failed',
      'zone not found',
    ];
    for (const stderr of failures)
      expect(() => readSecretList({ code: 1, stdout: '', stderr })).toThrow(/can't list/);
    for (const stdout of ['', '{}', 'null', '⛅️ wrangler\n[]']) {
      expect(() => readSecretList({ code: 0, stdout, stderr: '' })).toThrow(/nothing was changed/);
    }
  });
});

describe('decideIssuer', () => {
  it('takes the one that is set', () => {
    for (const exists of [true, false])
      expect(decideIssuer('https://id.example.com', exists, true)).toBe('given');
  });

  it('learns one only for a Worker that never ran, on workers.dev', () => {
    expect(decideIssuer(undefined, false, false)).toBe('learn');
    expect(() => decideIssuer(undefined, true, false)).toThrow(/ISSUER is empty and the Worker exists/);
    expect(() => decideIssuer(undefined, false, true)).toThrow(
      /ISSUER is empty and wrangler.toml has routes/,
    );
  });
});

describe('findWorkersDevUrl', () => {
  const line = (entry: object) => `${JSON.stringify(entry)}\n`;

  it('finds it among the targets', () => {
    const output =
      line({ type: 'wrangler-session', version: 1 }) +
      line({ type: 'deploy', targets: ['schedule: * * * * *', 'https://edgemint.acme.workers.dev'] });
    expect(findWorkersDevUrl(output)).toBe('https://edgemint.acme.workers.dev');
  });

  it('takes nothing else for it', () => {
    for (const targets of [
      [],
      undefined,
      ['id.example.com (custom domain)'],
      ['https://workers.dev.example.com'],
    ]) {
      expect(findWorkersDevUrl(line({ type: 'deploy', targets }))).toBeUndefined();
    }
    expect(findWorkersDevUrl('not JSON\n\n')).toBeUndefined();
  });
});

describe('wrangler.toml', () => {
  it('gets its issuer, and nothing else changes', () => {
    const changed = withIssuer(WRANGLER_TOML, 'https://edgemint.acme.workers.dev').split('\n');
    const before = WRANGLER_TOML.split('\n');
    expect(changed.filter((text, at) => text !== before[at])).toEqual([
      'ISSUER = "https://edgemint.acme.workers.dev"',
    ]);
  });

  it("gets its namespace's id", () => {
    expect(withNamespaceId(WRANGLER_TOML, 'REFRESH_TOKENS', 'abc')).toContain(
      '\nbinding = "REFRESH_TOKENS"\nid = "abc"\n',
    );
  });

  it('is left alone if the line is not there once', () => {
    expect(() => withIssuer('ISSUER = "https://id.example.com"\n', 'https://x')).toThrow(/exactly once/);
    expect(() => withIssuer('ISSUER = ""\nISSUER = ""\n', 'https://x')).toThrow(/exactly once/);
  });
});

describe('findNamespaceId', () => {
  it('finds the one that wrangler would have made', () => {
    const list = JSON.stringify([
      { id: 'aa11', title: 'other' },
      { id: 'bb22', title: 'edgemint-refresh-tokens' },
    ]);
    expect(findNamespaceId(list, 'edgemint', 'REFRESH_TOKENS')).toBe('bb22');
    expect(findNamespaceId('[]', 'edgemint', 'REFRESH_TOKENS')).toBeUndefined();
    expect(() => findNamespaceId('oops', 'edgemint', 'REFRESH_TOKENS')).toThrow(/nothing was changed/);
  });
});

describe('errorLine', () => {
  it("is wrangler's error in one line, with the API's reason, without colours", () => {
    const stderr =
      '\n\u001b[31m✘ \u001b[41;31m[\u001b[41;97mERROR\u001b[41;31m]\u001b[0m \u001b[1mA request to the Cloudflare API failed.\u001b[0m\n\n  Too large [code: 10027]\n';
    expect(errorLine({ code: 1, stdout: 'building\n', stderr })).toBe(
      'A request to the Cloudflare API failed. Too large [code: 10027]',
    );
    expect(errorLine({ code: 1, stdout: '', stderr: '' })).toBe('wrangler said nothing');
  });
});
