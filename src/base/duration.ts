const pattern =
  /^(-)?P(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * The instant a duration (ISO 8601, for example `P91D` or `-PT1H30M`) leads to. Years and months are the calendar's, in
 * UTC; a day that its month does not have becomes the month's last. Undefined for other text.
 */
export function afterDuration(from: Date, duration: string): Date | undefined {
  const match = duration.length <= 64 ? pattern.exec(duration) : null;
  if (!match) return undefined;
  const sign = match[1] ? -1 : 1;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(2)
    .map((digits) => sign * Number(digits ?? 0));
  const moved = monthsLater(from, 12 * years + months).getTime();
  const rest = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
  const end = new Date(moved + rest * 1000);
  return Number.isNaN(end.getTime()) ? undefined : end;
}

function monthsLater(from: Date, months: number): Date {
  const later = new Date(from);
  later.setUTCMonth(from.getUTCMonth() + months);
  // The 31st of a shorter month runs over into the next one.
  if (later.getUTCDate() !== from.getUTCDate()) later.setUTCDate(0);
  return later;
}
