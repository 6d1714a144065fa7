// What a query selects, named as TypeScript names it: a row then comes from the driver as the object a caller gets, and
// nothing is copied per row.

/** `created_at as "createdAt"`, for each column of a table. */
export function selectList(columns: readonly string[], of?: string): string {
  const table = of === undefined ? "" : `${of}.`;
  return columns
    .map((column) => {
      const property = column.replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
      return property === column ? `${table}${column}` : `${table}${column} as "${property}"`;
    })
    .join(", ");
}
