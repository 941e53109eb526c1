/** An instant as the console shows it, to the minute: `2026-11-21 08:59 UTC`. */
export const minuteOf = (instant: Date | string): string =>
  `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** To the second. */
export const secondOf = (instant: Date | string): string =>
  `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
