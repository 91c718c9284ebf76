import { type Requirement, SPECIFICATIONS } from '../../test/conformance/requirements.ts';

const START = '<!-- npm run spec-coverage writes from here -->';
const END = '<!-- to here -->';

/** Replaces the table between the document's two marks by what `test/conformance/requirements.ts` says. */
export function withRequirements(document: string): string {
  const [before, rest] = document.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the document has lost its marks`);
  return `${before}${START}\n\n${table()}\n\n${END}${after}`;
}

function table(): string {
  const rows = SPECIFICATIONS.flatMap(({ name, address, requirements }) =>
    requirements.map((requirement, index) => {
      const specification = index === 0 ? `[${name}](${address})` : name;
      return `| ${specification} | ${requirement.section} | ${requirement.must} | ${evidence(requirement)} |`;
    }),
  );
  return ['| specification | section | a server must | shown by |', '|---|---|---|---|', ...rows].join('\n');
}

function evidence(requirement: Requirement): string {
  return 'file' in requirement
    ? `\`${requirement.file}\`: “${requirement.test}”`
    : `not shown: ${requirement.because}`;
}
