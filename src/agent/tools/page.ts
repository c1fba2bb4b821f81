import { answerLimits } from './answer-limits.ts';
import { count } from './line-text.ts';

export type Page = { outcome: 'shown' | 'beyond'; text: string };

/** As many of the lines from one on as fit into an answer, and how to get the rest: `howToGoOn` before a line number. */
export function pageOf(lines: readonly string[], from: number, howToGoOn: string): Page {
  if (from > Math.max(lines.length, 1))
    return { outcome: 'beyond', text: `there are only ${count(lines.length, 'line')} of this.` };
  const shown: string[] = [];
  let length = 0;
  for (const line of lines.slice(from - 1)) {
    length += line.length + 1;
    if (length > answerLimits.answerLength && shown.length > 0) break;
    shown.push(line);
  }
  const next = from + shown.length;
  const rest = lines.length - next + 1;
  const before = from > 1 ? [`[${count(from - 1, 'line')} before these]`] : [];
  const after = rest > 0 ? [`[${count(rest, 'more line')} left out here: call ${howToGoOn} ${next}]`] : [];
  return { outcome: 'shown', text: [...before, ...shown, ...after].join('\n') };
}
