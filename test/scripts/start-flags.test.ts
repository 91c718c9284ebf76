import { describe, expect, it } from 'vitest';
import { parseStartFlags } from '../../scripts/lib/start-flags.ts';

describe('parseStartFlags', () => {
  it('has defaults', () => {
    expect(parseStartFlags([])).toEqual({
      port: 8787,
      host: 'localhost',
      dev: ['--port', '8787', '--inspector-port', '0', '--show-interactive-dev-session=false'],
      migrations: [],
    });
  });

  it('hands everything to wrangler dev, and the state folder to the migrations too', () => {
    const args = [
      '--port=8790',
      '--persist-to',
      'DIR',
      '--var',
      'ACCESS_TOKEN_TTL:2s',
      '--local-protocol',
      'https',
    ];
    const flags = parseStartFlags([...args, '--ip', '0.0.0.0', '--inspector-port', '9300']);
    expect(flags.port).toBe(8790);
    expect(flags.host).toBe('0.0.0.0');
    expect(flags.dev).toEqual([
      ...args,
      ...['--ip', '0.0.0.0', '--inspector-port', '9300', '--show-interactive-dev-session=false'],
    ]);
    expect(flags.migrations).toEqual(['--persist-to', 'DIR']);
  });
});
