export declare const functionsSql: string;
export declare const aggregatesSql: string;
