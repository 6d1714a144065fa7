// Progress of a run, line by line, each with the time since the run began. On the standard error, which holds no report.

/** @returns what says a line; the clock begins now */
export function createSay(): (text: string) => void {
  const begun = performance.now();
  return (text) => {
    const seconds = Math.floor((performance.now() - begun) / 1_000);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    process.stderr.write(`${clock.padStart(6)}  ${text}\n`);
  };
}
