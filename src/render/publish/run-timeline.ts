import type { Report } from '../../domain/report.ts';
import { listWork } from '../pictures/timeline-picture.ts';
import type { ViewContext } from '../view/view-context.ts';

/** A bar of the diagram of when what ran; times in milliseconds from the first one's start. */
export interface TimelineBar {
  label: string;
  from: number;
  to: number;
  /** As the diagram's language colours it: what failed, what reviewed, everything else. */
  state: 'crit' | 'active' | 'done';
}

const mostBars = 40;

/** Where pictures of ours are not shown, a diagram is. Empty when the report does not say when anything ran. */
export function viewRunTimeline(report: Report, badge: ViewContext['badge']): TimelineBar[] {
  const works = listWork(report, badge);
  const start = Math.min(...works.map((work) => work.start));
  return works.slice(0, mostBars).map(({ label, start: from, end, ended, work }) => ({
    label,
    from: Math.round(from - start),
    // A bar of no width is not drawn.
    to: Math.max(Math.round(end - start), Math.round(from - start) + 1),
    state: ended ? (work === 'review' ? 'active' : 'done') : 'crit',
  }));
}
