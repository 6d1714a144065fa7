// How long an order stays in the market. FIX tag 59.
export const timesInForce = ["day", "gtc", "ioc", "fok", "gtd", "at_open", "at_close"] as const;

/** Time in force. FIX tag 59: 0 day, 1 gtc, 3 ioc, 4 fok, 6 gtd, 2 at_open, 7 at_close. */
export type TimeInForce = (typeof timesInForce)[number];
