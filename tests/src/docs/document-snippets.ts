// The TypeScript blocks of README.md and docs/, as programs. A block is shown without what stands around it in a backend, so each
// gets the same surroundings: a connection, and the names the documents use without making them.
import { glob, readFile } from "node:fs/promises";
import { basename } from "node:path";

/** A block of a document. */
export interface Snippet {
  /** Such as `docs/logs.md:56`. */
  readonly place: string;
  /** What follows `ts` on the line of the fence: why it is not run, or nothing. */
  readonly information: string;
  readonly text: string;
}

/** A fence of any number of backticks from three on, or of tildes; what it holds ends with a fence of the same kind. */
const block = /^(?<fence>`{3,}|~{3,})(?<language>[^\n`~]*)\n(?<text>[\s\S]*?)^\k<fence>[ \t]*$/gmu;

/** The TypeScript blocks of the documents below a directory. */
export async function readSnippets(root: URL): Promise<readonly Snippet[]> {
  const documents = await Array.fromAsync(glob(["README.md", "docs/*.md"], { cwd: root }));
  const snippets: Snippet[] = [];
  for (const document of documents.toSorted()) {
    const content = await readFile(new URL(document, root), "utf8");
    for (const match of content.matchAll(block)) {
      const { language = "", text = "" } = match.groups ?? {};
      const [, information] = /^\s*(?:ts|typescript|js|javascript|mts)\b(.*)$/u.exec(language) ?? [];
      if (information === undefined) continue;
      const line = content.slice(0, match.index).split("\n").length;
      snippets.push({ place: `${document}:${line}`, information: information.trim(), text });
    }
  }
  return snippets;
}

/** What a block may use without making it. */
const SURROUNDINGS = `
process.env["LOG_DATABASE_URL"] = process.env["DATABASE_URL"];
const data = connect({ database: process.env["DATABASE_URL"] ?? "" });
const takenAt = now();
const from = takenAt.subtract({ hours: 24 });
const to = takenAt.add({ hours: 1 });
const orderId = createId(takenAt);
const order = {
  account: "main", exchange: "XTEST", symbol: "BTC-USD", clientOrderId: orderId,
  side: "buy", type: "limit", quantity: "1", limitPrice: "100", source: "documents",
} as const;
const record = { level: "info", component: "documents", message: "submitted" } as const;
const log = { warn(found: unknown): void { console.warn(found); } };
const metrics = { record(name: string | undefined, milliseconds: number): void { console.log(name, milliseconds); } };
const report = (error: unknown): void => { console.error(error); };
void [data, from, to, orderId, order, record, log, metrics, report];
`;

const IMPORTS = [
  'import { connect, createId, now } from "@app/repositories";',
  'import { pino } from "pino";',
] as const;

/** The program of a block: its imports above, itself in a scope of its own, so that it may use a name anew. */
export function programOf({ text }: Snippet): string {
  const lines = text.split("\n");
  const isImport = (line: string): boolean => /^import .* from ".*";$/u.test(line);
  // What it imports itself is what the surroundings import already.
  const imported = lines.filter((line) => isImport(line) && !line.includes('"@app/repositories"'));
  return [
    ...new Set([...IMPORTS, ...imported]),
    SURROUNDINGS,
    "await (async () => {",
    ...lines.filter((line) => !isImport(line)),
    "})();",
    "await data.close();",
    "",
  ].join("\n");
}

/** A file name for a block's program. */
export const fileNameOf = ({ place }: Snippet): string =>
  `${basename(place)
    .replaceAll(/[^\w]+/gu, "-")
    .toLowerCase()}.ts`;
