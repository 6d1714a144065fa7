// Code lists of the order record that European rules ask for. Not legal advice: which of them a firm must fill
// depends on what it is.
// Source: Delegated Regulation (EU) 2017/589 (RTS 6), Annex II, tables 2 and 3; 2017/590 (RTS 22) for the codes.

export const tradingCapacities = ["deal", "mtch", "aotc"] as const;

/** Capacity the firm trades in: own account (DEAL), matched principal (MTCH), any other (AOTC). */
export type TradingCapacity = (typeof tradingCapacities)[number];

export const shortSellingIndicators = ["sesh", "ssex", "sell", "undi"] as const;

/** Short sale without exemption (SESH), with exemption (SSEX), no short sale (SELL), not known (UNDI). */
export type ShortSellingIndicator = (typeof shortSellingIndicators)[number];
