export interface SnapshotColumnJson {
  name: string;
  readonly type: string;
  readonly generated?: {
    as: string;
    readonly type: string;
  };
}
export interface SnapshotIndexJson {
  readonly name: string;
  readonly columns: {
    expression: string;
    readonly isExpression: boolean;
  }[];
  where?: string;
}
export interface SnapshotForeignKeyJson {
  readonly name: string;
  tableFrom: string;
  tableTo: string;
  columnsFrom: string[];
  columnsTo: string[];
}
export interface SnapshotKeyJson {
  readonly name: string;
  columns: string[];
}
export interface SnapshotTableJson {
  name: string;
  readonly schema: string;
  columns: Record<string, SnapshotColumnJson>;
  indexes: Record<string, SnapshotIndexJson>;
  foreignKeys: Record<string, SnapshotForeignKeyJson>;
  compositePrimaryKeys: Record<string, SnapshotKeyJson>;
  uniqueConstraints: Record<string, SnapshotKeyJson>;
  checkConstraints: Record<
    string,
    {
      readonly name: string;
      value: string;
    }
  >;
}
export interface SnapshotJson {
  readonly id: string;
  readonly prevId: string;
  readonly version: string;
  readonly dialect: string;
  readonly tables: Record<string, SnapshotTableJson>;
  readonly enums: Record<string, unknown>;
  /** Renames of this version: `"public"."old"` to `"public"."new"`. */
  readonly _meta: {
    readonly schemas: Record<string, string>;
    readonly tables: Record<string, string>;
    readonly columns: Record<string, string>;
  };
}
/** A deep copy that may be changed. */
export declare function copySnapshot(snapshot: SnapshotJson): SnapshotJson;
