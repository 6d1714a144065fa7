/** Line endings as PostgreSQL and the hashes see them: LF only, no byte order mark. */
export declare function normaliseText(text: string): string;
/** First line that holds code, cut to 120 characters, for messages. */
export declare function firstLineOf(sql: string): string;
/**
 * The statements of a text with comments removed and every string, quoted body and quoted identifier emptied
 * (`''`, `""`), so that a search for a keyword finds code only. Semicolons inside those do not split.
 */
export declare function codeOfStatements(sql: string): readonly string[];
