// The three kinds of server the data layer supports, by name. Says nothing about whether one can be had.

export const editions = ["postgres", "timescale-apache", "timescale"] as const;
/** `postgres`: no extension; `timescale-apache`: TimescaleDB's Apache 2 part; `timescale`: the community edition. */
export type Edition = (typeof editions)[number];

export function isEdition(value: string): value is Edition {
  return (editions as readonly string[]).includes(value);
}
