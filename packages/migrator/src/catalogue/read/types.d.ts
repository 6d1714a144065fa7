export declare const enumsSql: string;
export declare const domainsSql: string;
export declare const rangesSql: string;
export declare const compositeTypesSql: string;
export declare const sequencesSql: string;
export declare const othersSql =
  "\nSELECT 'other', o.type || ' ' || o.identity, '{}'::jsonb\nFROM pg_depend d CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) AS o\nWHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'public'::regnamespace AND d.deptype = 'n'\n  AND d.classid NOT IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass,\n                        'pg_statistic_ext'::regclass, 'pg_default_acl'::regclass, 'pg_publication_namespace'::regclass)\n  AND NOT EXISTS (\n    SELECT FROM pg_depend dep WHERE dep.classid = d.classid AND dep.objid = d.objid AND dep.deptype = 'e')";
