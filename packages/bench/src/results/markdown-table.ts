// A table in Markdown. Knows nothing of what is in it.
// Invariant: no cell ends its column or its line, whatever its text.

const escape = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** @returns the table, without a line break at its end */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
