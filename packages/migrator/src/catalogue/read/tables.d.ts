export declare const tablesSql: string;
export declare const columnsSql: string;
