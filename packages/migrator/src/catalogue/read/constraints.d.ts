export declare const constraintsSql: string;
export declare const indexesSql: string;
export declare const statisticsSql: string;
