// What a benchmark may be called with: nothing, or --help. A typing error must not cost minutes of measuring.
import { parseArgs } from "node:util";

/** Ends the process after writing the help, or with exit code 1 and one line where it was called with anything else. */
export function checkArguments(command: string, help: string): void {
  try {
    const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
    if (values.help !== true) return;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(". ")[0] : String(error);
    process.stderr.write(`${reason}. ${command} takes no arguments but --help.\n`);
    process.exit(1);
  }
  process.stdout.write(`Usage: ${command}\n\n${help}\n`);
  process.exit(0);
}
