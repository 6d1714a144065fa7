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

/** First line that holds code, cut to 120 characters, for messages. */
export function firstLineOf(sql: string): string {
  const line = sql
    .split("\n")
    .find((candidate) => candidate.trim() !== "" && !candidate.trim().startsWith("--"));
  const text = (line ?? sql.trim().split("\n")[0] ?? "").trim();
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
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

/**
 * The statements of a text with comments removed and every string, quoted body and quoted identifier emptied
 * (`''`, `""`), so that a search for a keyword finds code only. Semicolons inside those do not split.
 */
export function codeOfStatements(sql: string): readonly string[] {
  const statements: string[] = [];
  let code = "";
  let at = 0;
  while (at < sql.length) {
    const character = sql.charAt(at);
    if (sql.startsWith("--", at)) {
      const end = sql.indexOf("\n", at);
      at = end === -1 ? sql.length : end;
    } else if (sql.startsWith("/*", at)) {
      at = endOfBlockComment(sql, at);
      code += " ";
    } else if (character === "'") {
      const escaped = /(?:^|[^\p{L}\p{N}_$])[eE]$/u.test(code);
      at = endOfQuoted(sql, at, "'", escaped);
      code += "''";
    } else if (character === '"') {
      at = endOfQuoted(sql, at, '"', false);
      code += '""';
    } else if (character === "$" && !identifierPart.test(code.at(-1) ?? " ")) {
      const tag = dollarTag.exec(sql.slice(at, at + 80))?.[0];
      if (tag === undefined) {
        code += character;
        at += 1;
      } else {
        const end = sql.indexOf(tag, at + tag.length);
        at = end === -1 ? sql.length : end + tag.length;
        code += "''";
      }
    } else if (character === ";") {
      statements.push(code);
      code = "";
      at += 1;
    } else {
      code += character;
      at += 1;
    }
  }
  statements.push(code);
  return statements
    .map((statement) => statement.replace(/\s+/g, " ").trim())
    .filter((statement) => statement !== "");
}
