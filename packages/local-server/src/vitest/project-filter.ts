// Reads vitest's own --project option, to know before the run which projects it will use.
// Only saves work: vitest itself does the filtering.

/** Whether `--project` (repeatable, `*` matches anything, `!` negates) lets a project through. */
export function isProjectWanted(name: string, argv: readonly string[]): boolean {
  const patterns = projectPatterns(argv);
  const excluded = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  const included = patterns.filter((pattern) => !pattern.startsWith("!"));
  if (excluded.some((pattern) => matches(pattern, name))) return false;
  return included.length === 0 || included.some((pattern) => matches(pattern, name));
}

function projectPatterns(argv: readonly string[]): readonly string[] {
  return argv.flatMap((argument, index) => {
    if (argument.startsWith("--project=")) return [argument.slice("--project=".length)];
    const next = argv[index + 1];
    return argument === "--project" && next !== undefined ? [next] : [];
  });
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(name);
}
