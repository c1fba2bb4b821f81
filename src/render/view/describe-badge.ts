import { reviewerName } from '../../domain/reviewer.ts';

/** How a reviewer is marked: a name, its mark of two letters, and one of eight shapes, so that colour is never needed. */
export interface BadgeView {
  id: string;
  name: string;
  mark: string;
  shape: number;
}

/** What a badge is made of. */
export interface NamedReviewer {
  name: string;
  reviewer: { id: string };
}

const shapes = 8;

/** The badge of the reviewer with this id, which stands at this place of the list; -1 for one that is not in it. */
export function describeBadge(reviewers: readonly NamedReviewer[], at: number, id: string): BadgeView {
  const name = reviewers[at]?.name ?? reviewerName(id);
  return { id, name, mark: markOf(name, id, reviewers), shape: at < 0 ? shapes - 1 : at % shapes };
}

/** Reviewers whose names begin alike: Claude, Codex, Checks. */
const knownMarks: ReadonlyMap<string, string> = new Map([['codex', 'Cx']]);

/** `Cl`, `Cx`, `Ge`, `Ch`; of two that would be the same, the later has the first letter that tells it apart. */
function markOf(name: string, id: string, reviewers: readonly NamedReviewer[]): string {
  const taken = new Set<string>();
  for (const outcome of reviewers) {
    const mark = chooseMark(outcome.name, outcome.reviewer.id, taken);
    if (outcome.reviewer.id === id) return mark;
    taken.add(mark);
  }
  return chooseMark(name, id, taken);
}

function chooseMark(name: string, id: string, taken: ReadonlySet<string>): string {
  const [first = '?', ...rest] = name.replace(/[^\p{L}\p{N}]/gu, '');
  const marks = [...rest, ...'23456789'].map((letter) => `${first}${letter}`);
  const wanted = [...(knownMarks.has(id) ? [knownMarks.get(id) ?? ''] : []), ...marks];
  return wanted.find((mark) => !taken.has(mark)) ?? first;
}
