import type { Report, ReviewerOutcome } from '../../domain/report.ts';
import type { StageTime, WorkSession } from '../../domain/run-time.ts';
import { formatDuration, wordStatus } from '../text/words.ts';
import type { BadgeView } from '../view/view-context.ts';
import { type PictureText, round } from './picture.ts';
import { createTimeAxis, type Span, type TimeAxis } from './time-axis.ts';

/** What ran when: a lane for each reviewer, each other session and each longer stage. All x and widths are percents. */
export interface TimelinePicture extends PictureText {
  height: number;
  lanes: TimelineLane[];
  ticks: (TimeAxis['ticks'][number] & { y: number; y2: number })[];
  breaks: (TimeAxis['breaks'][number] & { height: number; middle: number })[];
  /** Whether a thin line stands anywhere: it is explained below. */
  waits: boolean;
  /** Said below when not every session is shown; else empty. */
  rest: string;
}

interface TimelineLane {
  label: string;
  labelX: number;
  labelY: number;
  anchor: 'start' | 'end';
  x: number;
  y: number;
  width: number;
  /** What kind of work: also a class. */
  work: 'stage' | 'review' | WorkSession['work'];
  ended: boolean;
  /** From its end to the end of the slowest reviewer; null when that is itself. */
  wait: { x: number; width: number; y: number } | null;
}

/** One bar of the picture: a stage, a review or another session. */
export interface Work extends Span {
  label: string;
  work: TimelineLane['work'];
  ended: boolean;
}

const laneHeight = 36;
const barTop = 18;
const axisHeight = 22;
const narrowest = 0.5;
/** The leftmost end, in percent, of a label that ends with its bar: on a phone, too, it starts inside the picture. */
const firstEnd = 70;
const mostLanes = 40;
const shortestStageMs = 1000;
const shortestWaitMs = 1000;

/** null when the report does not say when anything ran. */
export function drawTimeline(report: Report, badge: (reviewer: string) => BadgeView): TimelinePicture | null {
  const all = listWork(report, badge);
  if (all.length === 0) return null;
  const shown = all.slice(0, mostLanes);
  const axis = createTimeAxis(all);
  const bottom = shown.length * laneHeight;
  const slowest = Math.max(...all.filter(({ work }) => work === 'review').map(({ end }) => end));
  const lanes = shown.map((work, row) => layLane(work, { axis, slowest, y: row * laneHeight }));
  return {
    id: 'picture-timeline',
    heading: 'When what ran',
    description: describe(all, axis),
    height: bottom + axisHeight,
    lanes,
    ticks: axis.ticks.map((tick) => ({ ...tick, y: bottom + 16, y2: bottom })),
    breaks: axis.breaks.map((one) => ({ ...one, height: bottom, middle: round(one.x + one.width / 2) })),
    waits: lanes.some(({ wait }) => wait !== null),
    rest: shown.length < all.length ? `${all.length - shown.length} later sessions are not shown.` : '',
  };
}

/** Everything that took time, in the order of the lanes. */
export function listWork(report: Report, badge: (reviewer: string) => BadgeView): Work[] {
  const name = (reviewer: string) => badge(reviewer).name;
  const works = [
    ...(report.run.stages ?? []).flatMap(stageWork),
    ...report.reviewers.flatMap(reviewWork),
    ...(report.run.sessions ?? []).flatMap((session) => sessionWork(session, name(session.reviewer))),
  ];
  return works.toSorted((a, b) => rank(a) - rank(b) || a.start - b.start);
}

/** Stages that hold sessions are seen by these. */
function stageWork({ stage, startedAt, durationMs }: StageTime): Work[] {
  if (durationMs < shortestStageMs || stage === 'review') return [];
  return spanWork(startedAt, durationMs, { label: stage, work: 'stage', ended: true });
}

function reviewWork({ name, startedAt, durationMs, status }: ReviewerOutcome): Work[] {
  if (status === 'skipped') return [];
  const ended = status === 'completed';
  return spanWork(startedAt, durationMs, {
    label: ended ? name : `${name}, ${wordStatus(status)}`,
    work: 'review',
    ended,
  });
}

const workWords: Record<WorkSession['work'], string> = {
  examination: 'examines',
  duplicates: 'compares findings',
  consolidation: 'writes the summary',
};

function sessionWork({ work, status, startedAt, durationMs }: WorkSession, name: string): Work[] {
  const ended = status === 'completed';
  const label = `${name} ${workWords[work]}${ended ? '' : `, ${wordStatus(status)}`}`;
  return spanWork(startedAt, durationMs, { label, work, ended });
}

function spanWork(startedAt: string, durationMs: number, rest: Omit<Work, 'start' | 'end'>): Work[] {
  const start = Date.parse(startedAt);
  return Number.isNaN(start) ? [] : [{ ...rest, start, end: start + durationMs }];
}

/** Lanes go down in the order of the stages. */
function rank({ work, label }: Work): number {
  if (work === 'stage') return label === 'collect' ? 0 : label === 'reconcile' ? 2 : 4;
  return { review: 1, duplicates: 3, examination: 5, consolidation: 6 }[work];
}

function layLane(
  work: Work,
  { axis, slowest, y }: { axis: TimeAxis; slowest: number; y: number },
): TimelineLane {
  const x = axis.at(work.start);
  const end = axis.at(work.end);
  const waits = work.work === 'review' && slowest - work.end >= shortestWaitMs;
  return {
    label: `${work.label}, ${formatDuration(work.end - work.start)}`,
    labelX: x > 55 ? Math.max(round(end), firstEnd) : x,
    labelY: y + 13,
    anchor: x > 55 ? 'end' : 'start',
    x: Math.min(x, 100 - narrowest),
    y: y + barTop,
    width: round(Math.max(narrowest, end - x)),
    work: work.work,
    ended: work.ended,
    wait: waits ? { x: end, width: round(axis.at(slowest) - end), y: y + barTop + 5 } : null,
  };
}

function describe(all: readonly Work[], axis: TimeAxis): string {
  const start = Math.min(...all.map((work) => work.start));
  const sentences = all.map(
    ({ label, start: from, end }) =>
      `${label}: from ${formatDuration(from - start)} to ${formatDuration(end - start)}.`,
  );
  return [...sentences, ...axis.breaks.map(({ text }) => `${text}.`)].join(' ');
}
