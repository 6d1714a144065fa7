// Text from a file, fit to stand in a sentence on a terminal: no control character of it acts there, and it is short.

/** Control characters, and those that turn the direction of the text around them or break its line. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const ACTING = /[\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g;

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16).toUpperCase();
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** @returns the text with its control characters as `\x1B`, cut to `most` characters of the original */
export function shownText(text: string, most = 300): string {
  const cut = text.length > most ? `${text.slice(0, most)}...` : text;
  return cut.replaceAll(ACTING, escaped);
}
