/**
 * How long a server asks to wait, in milliseconds; null when it does not say, or says zero, the past or nonsense. A
 * date counts from the server's own `date`, so that a clock of ours that is wrong shortens and lengthens nothing.
 */
export function parseRetryAfter(
  header: (name: string) => string | null,
  now: () => number = Date.now,
): number | null {
  const milliseconds = positiveNumber(header('retry-after-ms'));
  if (milliseconds !== null) return milliseconds;
  const value = header('retry-after');
  const seconds = positiveNumber(value);
  if (seconds !== null) return seconds * 1000;
  const sentAt = parseDate(header('date')) ?? now();
  const until = parseDate(value);
  return until !== null && until > sentAt ? until - sentAt : null;
}

/**
 * How long it is until the moment that a server names in seconds since 1970, in milliseconds, by the server's own clock;
 * null when the header is missing, nonsense or in the past.
 */
export function parseReset(
  header: (name: string) => string | null,
  name: string,
  now: () => number = Date.now,
): number | null {
  const seconds = positiveNumber(header(name));
  const sentAt = parseDate(header('date')) ?? now();
  return seconds === null || seconds * 1000 <= sentAt ? null : seconds * 1000 - sentAt;
}

/** A duration as protocol buffers print it: `34s`, `0.5s`. */
export function parseProtoDuration(value: unknown): number | null {
  if (typeof value !== 'string' || !value.endsWith('s')) return null;
  const seconds = positiveNumber(value.slice(0, -1));
  return seconds === null ? null : seconds * 1000;
}

function positiveNumber(value: string | null): number | null {
  if (value === null || !/^\s*\d+(\.\d+)?\s*$/.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : null;
}

/** `Date.parse` takes almost anything for a date (`-5` is a month), so the weekday must be there. */
function parseDate(value: string | null): number | null {
  if (value === null || !/^\s*(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return null;
  const time = Date.parse(value);
  return Number.isFinite(time) ? time : null;
}
