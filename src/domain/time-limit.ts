/** A limit of time in words: `25 minutes`, `1 minute`, `90 seconds`, `0.6 seconds`. */
export function wordTimeLimit(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  const [amount, unit] =
    minutes >= 1 && Number.isInteger(minutes * 10) ? [minutes, 'minute'] : [milliseconds / 1000, 'second'];
  const rounded = Math.round(amount * 10) / 10;
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
}
