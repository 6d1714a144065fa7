// Reads SQL text just far enough to know where its statements begin and which words are code rather than
// comment, string or function body. It is not a parser: it never judges whether the SQL is valid.

const dollarTag = /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u;
const identifierPart = /[\p{L}\p{N}_$]/u;

/** Line endings as PostgreSQL and the hashes see them: LF only, no byte order mark. */
export function normaliseText(text: string): string {
  return text
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n");
}

function endOfBlockComment(sql: string, start: number): number {
  let depth = 1;
  let at = start + 2;
  while (at < sql.length && depth > 0) {
    if (sql.startsWith("/*", at)) {
      depth += 1;
      at += 2;
    } else if (sql.startsWith("*/", at)) {
      depth -= 1;
      at += 2;
    } else {
      at += 1;
    }
  }
  return at;
}

function endOfQuoted(sql: string, start: number, quote: string, backslashes: boolean): number {
  let at = start + 1;
  while (at < sql.length) {
    if (backslashes && sql[at] === "\\") {
      at += 2;
    } else if (sql[at] !== quote) {
      at += 1;
    } else if (sql[at + 1] === quote) {
      at += 2;
    } else {
      return at + 1;
    }
  }
  return at;
}

/** A stretch of SQL text: code, or one whole comment, string (any quoting) or quoted identifier. */
interface Piece {
  readonly kind: "code" | "line-comment" | "block-comment" | "string" | "name";
  readonly text: string;
}

/** Where the piece beginning at `at` ends and what it is; undefined within code. `code` is what precedes it. */
function pieceAt(
  sql: string,
  at: number,
  code: string,
): { readonly kind: Piece["kind"]; readonly end: number } | undefined {
  if (sql.startsWith("--", at)) {
    const end = sql.indexOf("\n", at);
    return { kind: "line-comment", end: end === -1 ? sql.length : end };
  }
  if (sql.startsWith("/*", at)) {
    return { kind: "block-comment", end: endOfBlockComment(sql, at) };
  }
  const character = sql.charAt(at);
  if (character === "'") {
    const escaped = /(?:^|[^\p{L}\p{N}_$])[eE]$/u.test(code);
    return { kind: "string", end: endOfQuoted(sql, at, "'", escaped) };
  }
  if (character === '"') {
    return { kind: "name", end: endOfQuoted(sql, at, '"', false) };
  }
  if (character === "$" && !identifierPart.test(code.at(-1) ?? " ")) {
    const tag = dollarTag.exec(sql.slice(at, at + 80))?.[0];
    if (tag !== undefined) {
      const end = sql.indexOf(tag, at + tag.length);
      return { kind: "string", end: end === -1 ? sql.length : end + tag.length };
    }
  }
  return undefined;
}

const opening = /["$'/-]/g;

/** Where the next character stands that may begin a piece other than code; the end of the text when there is none. */
function nextOpening(sql: string, from: number): number {
  opening.lastIndex = from;
  return opening.exec(sql)?.index ?? sql.length;
}

function piecesOf(sql: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let code = "";
  let at = 0;
  while (at < sql.length) {
    const piece = pieceAt(sql, at, code);
    if (piece === undefined) {
      const next = nextOpening(sql, at + 1);
      code += sql.slice(at, next);
      at = next;
    } else {
      pieces.push({ kind: "code", text: code }, { kind: piece.kind, text: sql.slice(at, piece.end) });
      code = "";
      at = piece.end;
    }
  }
  return [...pieces, { kind: "code", text: code }];
}

/** What stands in the place of a piece that is not code. */
const emptied = { "line-comment": "", "block-comment": " ", string: "''", name: '""' } as const;

/**
 * The statements of a text with comments removed and every string, quoted body and quoted identifier emptied
 * (`''`, `""`), so that a search for a keyword finds code only. Semicolons inside those do not split.
 */
export function codeOfStatements(sql: string): readonly string[] {
  const statements: string[] = [];
  let statement = "";
  for (const { kind, text } of piecesOf(sql)) {
    const [first = "", ...others] = kind === "code" ? text.split(";") : [emptied[kind]];
    statement += first;
    for (const other of others) {
      statements.push(statement);
      statement = other;
    }
  }
  return [...statements, statement]
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text !== "");
}

/**
 * SQL fit to be shown: comments removed and every string emptied, as a string may be a password; names stay. Text that
 * ends in the middle of a string shows nothing of it.
 */
export function withoutLiterals(sql: string): string {
  return piecesOf(sql)
    .map(({ kind, text }) => (kind === "code" || kind === "name" ? text : emptied[kind]))
    .join("");
}

/** First line that holds code, without literals and cut to 120 characters, for messages. */
export function firstLineOf(sql: string): string {
  const lines = withoutLiterals(sql).split("\n");
  const text = (lines.find((line) => line.trim() !== "") ?? "").trim();
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
