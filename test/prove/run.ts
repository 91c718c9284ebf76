import { run } from '../../scripts/lib/failure.ts';
import { formatProveCommand, type ProveFlags, parseProveFlags } from './flags.ts';
import { PARTS, type PartEntry } from './parts.ts';

/** `npm run prove`: docs/proof.md says what is proved, and how. */
async function prove(): Promise<void> {
  const names = PARTS.map(({ name }) => name);
  const { only, flags } = parseProveFlags(process.argv.slice(2), names, Date.now());
  const parts = PARTS.filter(({ name, isExtra }) => (only === undefined ? !isExtra : name === only));
  console.log(`seed ${flags.seed}`);
  const fallen: string[] = [];
  for (const part of parts) if (!(await proveOne(part, flags))) fallen.push(part.name);
  console.log(fallen.length === 0 ? '\neverything held' : `\nFELL: ${fallen.join(', ')}`);
  process.exitCode = fallen.length === 0 ? 0 : 1;
}

/** @returns whether it held. A part that throws has fallen, and the others still get their turn. */
async function proveOne({ name, prove: work }: PartEntry, flags: ProveFlags): Promise<boolean> {
  const begunAt = performance.now();
  console.log(`\n${name}`);
  const { ok, lines } = await work(flags).catch((fault: unknown) => ({
    ok: false,
    lines: [fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)],
  }));
  for (const line of lines) console.log(`  ${line}`);
  const seconds = ((performance.now() - begunAt) / 1_000).toFixed(1);
  console.log(`  ${ok ? 'held' : 'FELL'}, ${seconds} s`);
  if (!ok) console.log(`  again: ${formatProveCommand(name, flags)}`);
  return ok;
}

await run(prove);
