import type { PublishedFinding, Report } from '../domain/report.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { UsageError } from '../errors.ts';

/** The candidate that a mistyped word most likely meant; null when none is near. */
export type Nearest = (word: string, candidates: readonly string[]) => string | null;

const mostNamed = 8;

/**
 * The finding of a report that is called `I1`, `a3f9`, `I1·a3f9` or by its whole fingerprint. Throws `UsageError` with
 * names that are near for one that there is not.
 */
export function findFinding(report: Report, name: string, nearest: Nearest): PublishedFinding {
  const wanted = name.trim().toLowerCase();
  const found = report.findings.filter((finding) => namesOf(finding).includes(wanted));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const shown = JSON.stringify(makeVisibleLine(name).slice(0, 100));
  if (found.length > 1)
    throw new UsageError(`${shown} names several findings`, {
      hint: `name one of ${found.map(fullName).join(', ')}`,
    });
  throw new UsageError(`${shown} names no finding of ${report.run.id}`, {
    hint: hintFor(report, wanted, nearest),
  });
}

/** `I1·a3f9`, as reports print it. */
export function fullName({ label, shortId }: Pick<PublishedFinding, 'label' | 'shortId'>): string {
  return `${label}·${shortId}`;
}

function namesOf({ label, shortId, fingerprint }: PublishedFinding): string[] {
  return [label, shortId, `${label}·${shortId}`, `${label}.${shortId}`, fingerprint].map((name) =>
    name.toLowerCase(),
  );
}

function hintFor({ findings }: Report, wanted: string, nearest: Nearest): string {
  if (findings.length === 0) return 'the report has no findings';
  const [, id = wanted] = /[·.](.*)/.exec(wanted) ?? [];
  const near = nearest(
    id,
    findings.flatMap(({ label, shortId }) => [label.toLowerCase(), shortId]),
  );
  const meant = findings.find(({ label, shortId }) => label.toLowerCase() === near || shortId === near);
  if (meant !== undefined) return `did you mean ${fullName(meant)}?`;
  const more = findings.length > mostNamed ? ` and ${findings.length - mostNamed} more` : '';
  return `its findings: ${findings.slice(0, mostNamed).map(fullName).join(', ')}${more}`;
}
