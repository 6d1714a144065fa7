// The public API of generating migrations. Apart from the migrator's own, because it loads drizzle-kit and the tables.

export { generate, type GenerateOptions, type GenerateResult } from "./generate.ts";
export { generateFromCode, type GenerateFromCodeOptions } from "./generate-from-code.ts";
export { parseRename, type Rename } from "./rename.ts";
