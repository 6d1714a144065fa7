export declare const viewsSql: string;
export declare const rulesSql: string;
export declare const triggersSql: string;
export declare const policiesSql: string;
