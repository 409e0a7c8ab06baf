// Moments as text in the computer's time zone.

/** ISO 8601 with milliseconds and the offset from UTC, such as `2024-05-01T10:01:04.500+02:00`. */
export function localIsoText(unixMs: number): string {
  const offsetMinutes = -new Date(unixMs).getTimezoneOffset();
  const local = new Date(unixMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(offsetMinutes / 60)}:${two(offsetMinutes % 60)}`;
}
