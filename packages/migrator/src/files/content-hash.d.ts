/** sha256, in hex, of the parts; a part's end counts, so `["ab","c"]` differs from `["a","bc"]`. */
export declare function contentHash(...parts: readonly string[]): string;
