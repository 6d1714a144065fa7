/**
 * Brings the database at `url` to the declared state.
 * @throws MigratorError when it cannot, or when the result is not as declared.
 */
export declare function migrateDatabase(url: string): Promise<void>;
