import { compareSeverity, type Severity } from '../../src/domain/vocabulary.ts';
import { decideSeverity } from '../../src/verify/decide-severity.ts';
import type { RatedFinding } from './load-reports.ts';
import { bootstrap } from './measures.ts';
import { figure, interval, type Row } from './row.ts';

/** How often the severity decided is the one recorded; the baseline is the lowest rating. No target. */
export function measureSeverity(rated: readonly RatedFinding[]): Row[] {
  const groups: [name: string, rated: readonly RatedFinding[]][] = [
    ['several reviewers, stated', rated.filter((one) => one.strict && reviewersOf(one) > 1)],
    ['several reviewers, all', rated.filter((one) => reviewersOf(one) > 1)],
    ['one reviewer, all', rated.filter((one) => reviewersOf(one) === 1)],
  ];
  return groups.map(([name, some]) => ({
    name: `severity as recorded, ${name}: ${some.length} findings`,
    baseline: share(some, lowest),
    reached: share(some, decided),
    target: '–',
    met: null,
  }));
}

function share(rated: readonly RatedFinding[], rule: (one: RatedFinding) => Severity): string {
  if (rated.length === 0) return 'none recorded';
  const units = new Map<string, { right: number; all: number }>();
  for (const one of rated) {
    const unit = units.get(one.unit) ?? { right: 0, all: 0 };
    units.set(one.unit, unit);
    unit.all += 1;
    if (rule(one) === one.recorded) unit.right += 1;
  }
  const shareOf = (some: readonly { right: number; all: number }[]) =>
    some.reduce((sum, { right }) => sum + right, 0) /
    Math.max(
      1,
      some.reduce((sum, { all }) => sum + all, 0),
    );
  const all = [...units.values()];
  return `${figure(shareOf(all))} ${interval(bootstrap(all, shareOf))}`;
}

function lowest({ ratings }: RatedFinding): Severity {
  return [...ratings].sort((a, b) => compareSeverity(b.severity, a.severity))[0]?.severity ?? 'suggestion';
}

/** As verification asks: two reviewers are two vendors here, and nothing was examined. */
function decided(one: RatedFinding): Severity {
  return decideSeverity({
    ratings: one.ratings,
    examined: [],
    verdict: reviewersOf(one) > 1 ? 'confirmed' : 'unexamined',
    evidence: 'inferred',
    origin: 'introduced',
  }).severity;
}

function reviewersOf({ ratings }: RatedFinding): number {
  return new Set(ratings.map(({ reviewer }) => reviewer)).size;
}
