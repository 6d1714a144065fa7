export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from "./create-test-database.ts";
export type { DatabaseTemplate } from "./template.ts";
export type { Edition } from "../editions/edition.ts";
