import type { Evidence, Specification } from '../../test/conformance/requirements/requirement.ts';
import { SPECIFICATIONS } from '../../test/conformance/requirements.ts';

const START = '<!-- npm run spec-coverage writes from here -->';
const END = '<!-- to here -->';

/** Replaces what stands between the document's two marks by what `test/conformance/requirements` says. */
export function withRequirements(document: string): string {
  const [before, rest] = document.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the document has lost its marks`);
  return `${before}${START}\n\n${SPECIFICATIONS.map(chapter).join('\n\n')}\n\n${END}${after}`;
}

function chapter({ name, address, leftOut, sections }: Specification): string {
  const rows = sections.flatMap(([section, demands]) =>
    Object.entries(demands).map(
      ([demand, evidence], index) => `| ${index === 0 ? section : ''} | ${demand} | ${shown(evidence)} |`,
    ),
  );
  return [
    `### [${name}](${address})`,
    `\n${leftOut}\n`,
    '| section | what is asked of a server | shown by |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

function shown(evidence: Evidence): string {
  return 'file' in evidence ? `\`${evidence.file}\`: “${evidence.test}”` : `no test: ${evidence.because}`;
}
