/** A failure that a person can mend: its message is one line that says how, and no stack is shown. */
export class Failure extends Error {}

/** Runs a script's main function; what it throws becomes one line on stderr and exit code 1. */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (fault) {
    if (!(fault instanceof Failure)) throw fault;
    console.error(`edgemint: ${fault.message}`);
    process.exitCode = 1;
  }
}
