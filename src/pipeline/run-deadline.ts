import { wordTimeLimit } from '../domain/time-limit.ts';
import { RunDeadlineError } from '../errors.ts';

/** The longest that a timer can wait: 24 days. */
const longestTimer = 2 ** 31 - 1;

/**
 * Does work that is paid within the run's own time. The signal it gets aborts when the user's does, or, with a
 * `RunDeadlineError` as its reason, when the time is over; what then ends is for the work to say. A run that is
 * continued gets the whole time again: its user asked again.
 */
export async function withinRunDeadline<T>(
  input: {
    minutes: number;
    /** Milliseconds that are gone of them; absent: none. */
    usedMs?: number;
    signal: AbortSignal;
  },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const milliseconds = input.minutes * 60_000;
  const deadline = new AbortController();
  const end = () =>
    deadline.abort(new RunDeadlineError(`the run’s time of ${wordTimeLimit(milliseconds)} was over`));
  const leftMs = milliseconds - (input.usedMs ?? 0);
  if (leftMs <= 0) end();
  const timer = setTimeout(end, Math.max(0, Math.min(leftMs, longestTimer)));
  try {
    return await work(AbortSignal.any([input.signal, deadline.signal]));
  } finally {
    clearTimeout(timer);
  }
}
