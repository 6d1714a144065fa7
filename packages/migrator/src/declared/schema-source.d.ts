import type { DeclaredSchema } from "./declared-schema.ts";
/** Hash over the schema package's source files, tests left out; line endings do not count. */
export declare function schemaSourceHash(): string;
/** The declaration of the code, from the files left by `pnpm db:generate` when they are current, else from the code. */
export declare function loadDeclaredSchema(): Promise<DeclaredSchema>;
/** The declaration as the code states it now. */
export declare function loadFromCode(): Promise<DeclaredSchema>;
