/** What `npm run prove` shows of a test that runs in workerd; elsewhere it is noise of a test that passes. */
export function report(line: string): void {
  console.log(`${REPORTED}${line}`);
}

export const REPORTED = 'proved: ';
