import { parseArgs } from 'node:util';
import { isLoopbackHost } from '../../src/core/settings/loopback.ts';
import { parseSettings, SETTING_DEFAULTS } from '../../src/core/settings/settings.ts';
import { Failure } from './failure.ts';

export type Vars = Readonly<Record<string, string>>;

export type DeployFlags = {
  /** Do all that works offline, and stop there. */
  dryRun: boolean;
  /** Settings that take the place of those in wrangler.toml, for this deploy. */
  vars: Vars;
};

/**
 * Reads the flags of `npm run deploy --`.
 *
 * @throws Failure for a flag or a setting that doesn't exist: a mistyped one must not be passed over
 */
export function parseDeployFlags(args: readonly string[]): DeployFlags {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'dry-run': { type: 'boolean', default: false },
        var: { type: 'string', multiple: true, default: [] },
      },
    });
    return { dryRun: values['dry-run'], vars: Object.fromEntries(values.var.map(parseVar)) };
  } catch (fault) {
    if (fault instanceof Failure) throw fault;
    const [reason] = (fault as Error).message.split('. ');
    throw new Failure(
      `${reason}; deploy takes --dry-run and --var NAME:value, all else stands in wrangler.toml`,
    );
  }
}

function parseVar(text: string): [string, string] {
  const [name, ...value] = text.split(':');
  if (!name || value.length === 0) throw new Failure(`--var ${name} must read NAME:value`);
  return [name, value.join(':')];
}

/**
 * Checks what the deployed Worker will run with.
 *
 * @param vars wrangler.toml's `[vars]` with the command line's over them
 * @returns the issuer, or `undefined` where none is set
 * @throws Failure with everything that is wrong, values left out: somebody may have put a secret there
 */
export function checkVars(vars: Readonly<Record<string, unknown>>): string | undefined {
  const strange = Object.keys(vars).filter((name) => !(name in SETTING_DEFAULTS));
  const outcome = parseSettings(vars);
  const problems = strange.map((name) =>
    /KEY/.test(name) ? `${name} is a secret and must not be a var` : `${name} is not a setting`,
  );
  if (!outcome.ok) problems.push(...outcome.problems);
  const issuer = outcome.ok ? outcome.settings.issuer : undefined;
  if (issuer !== undefined && isLoopbackHost(new URL(issuer).hostname)) {
    problems.push('ISSUER must be an address that others can reach');
  }
  if (problems.length > 0)
    throw new Failure(`the settings in wrangler.toml or --var are wrong: ${problems.join('; ')}`);
  return issuer;
}
