import { reviewerName } from '../domain/reviewer.ts';
import type { ExaminerSession } from '../domain/verdict.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';

/** What a report says on its face of examiners that left claims without a verdict: a sentence for each cause of each. */
export function examinerNotices(sessions: readonly ExaminerSession[]): string[] {
  const groups = new Map<string, { examiner: string; why: string; asked: number; open: number }>();
  for (const { examiner, status, cause, clusters, answered } of sessions) {
    if (status === 'completed' || answered.length === clusters.length) continue;
    const why = makeVisibleLine(`${status}: ${cause?.message ?? 'no cause was given'}`);
    const group = groups.get(`${examiner} ${why}`) ?? { examiner, why, asked: 0, open: 0 };
    group.asked += clusters.length;
    group.open += clusters.length - answered.length;
    groups.set(`${examiner} ${why}`, group);
  }
  return [...groups.values()].map(
    ({ examiner, why, asked, open }) =>
      `${reviewerName(examiner)} was asked to examine ${asked === 1 ? '1 finding' : `${asked} findings`} and did not end (${why.replace(/\.$/, '')}): ${open} without its verdict.`,
  );
}
