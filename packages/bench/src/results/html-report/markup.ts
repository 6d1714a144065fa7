// HTML made of text: whatever is put into a template is escaped, unless it is markup itself. No elements, no document.
// Invariant: text of a report never becomes markup.

/** A piece of HTML, safe to put into a page. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a template. */
export type Content = string | number | Markup | readonly Markup[] | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function toText(content: Content): string {
  if (content === undefined) return "";
  if (typeof content === "string") return content.replaceAll(/[&<>"']/gu, (sign) => ESCAPES[sign] ?? sign);
  if (typeof content === "number") return String(content);
  return "markup" in content ? content.markup : content.map(({ markup }) => markup).join("");
}

/** Markup with its gaps filled; text in a gap is escaped. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { markup: parts.reduce((text, part, gap) => text + toText(contents[gap - 1]) + part) };
}

/** Text that is markup already, made here and not taken from a report. */
export function trusted(markup: string): Markup {
  return { markup };
}

/** One column of a table. */
export interface TableColumn<Row> {
  readonly head: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => Content;
}

/**
 * A table that becomes one block per row on a narrow screen, each cell with its head beside it. The roles are written out, since a table
 * that is shown as blocks is no table to a screen reader otherwise.
 */
export function table<Row>(
  caption: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
): Markup {
  const numeric = (column: TableColumn<Row>): string => (column.isNumber === true ? "number" : "words");
  const heads = columns.map(
    (column) => html`<th scope="col" role="columnheader" class="${numeric(column)}">${column.head}</th>`,
  );
  const bodies = rows.map(
    (row) =>
      html`<tr role="row">
        ${columns.map((column) => html`<td role="cell" class="${numeric(column)}" data-head="${column.head}">${column.cell(row)}</td>`)}
      </tr>`,
  );
  return html`<table role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${heads}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${bodies}
    </tbody>
  </table>`;
}

/** A part of the page with its heading. */
export function section(id: string, title: string, ...contents: readonly Content[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${contents.map((content) => html`${content}`)}
  </section>`;
}
