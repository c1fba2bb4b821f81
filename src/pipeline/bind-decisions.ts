import type { CommentDecision } from '../domain/comment-decision.ts';
import type { Decision } from '../domain/decisions.ts';
import type { PublishedFinding } from '../domain/report.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import type { EarlierRun } from './earlier-rounds.ts';

/** A finished review. Times are UTC, ISO 8601. */
export type DatedRun = EarlierRun & {
  startedAt: string;
  /** When its report was made anew by a second look; null: never. */
  renamedAt: string | null;
};

export interface BoundDecisions<Run> {
  /** The given runs in their order, each with what was decided in comments about what it published. */
  runs: Run[];
  /** Decisions that could not be told what they are about, in sentences. */
  notices: string[];
}

/** A forge's times have no fractions of a second. */
const withinSecond = 999;

/**
 * Gives what was decided in comments to the run that was decided on: of those begun before the comment was written, the
 * newest that published the finding. A label alone, which each report gives anew, names a finding only where all of them
 * mean the same one by it, and none of them was made anew since; a name that is whole means its finding then, too, whatever
 * it is called now, but what became critical only where it was declined as that. A stable name that no run knows stays with the change: code may still bear it.
 */
export function bindDecisions<Run extends DatedRun>(
  runs: readonly Run[],
  decided: readonly CommentDecision[],
): BoundDecisions<Run> {
  const added = new Map<Run, Decision[]>();
  const notices: string[] = [];
  for (const decision of decided) {
    const seen = runs.filter(
      ({ startedAt }) => Date.parse(startedAt) <= Date.parse(decision.at) + withinSecond,
    );
    const found = seen.flatMap((run) =>
      run.report.findings.filter(isNamed(decision, run)).map((finding) => ({ run, finding })),
    );
    const names = new Set(found.map(({ finding }) => finding.shortId));
    const last = found.at(-1);
    const isRenamed = decision.id === null && seen.some((run) => isMadeAnew(run, decision));
    if (last !== undefined && names.size === 1 && !isRenamed) {
      const { shortId: id, title } = last.finding;
      const label = decision.label ?? last.finding.label;
      added.set(last.run, [...(added.get(last.run) ?? []), toDecision(decision, { id, label, title })]);
    } else if (decision.id === null)
      notices.push(
        makeVisibleLine(
          `not counted: ${decision.label} in ${decision.url}: ${whyNot(names.size, isRenamed)}; name it as reports print it, such as ${decision.label}·a3f9`,
        ),
      );
    const { id, url } = decision;
    const risen = last === undefined && id !== null ? seen.flatMap(({ report }) => report.findings) : [];
    const now = risen.findLast(({ shortId }) => shortId === id);
    if (now?.severity === 'critical' && decision.label === null)
      notices.push(
        makeVisibleLine(
          `not counted: ${id} in ${url}: it became critical when it was looked at again after that; name it as it is called now, such as ${now.label}·${id}`,
        ),
      );
  }
  return {
    runs: runs.map((run) => {
      const more = added.get(run);
      if (more === undefined) return run;
      const decisions = [...run.decisions, ...more].sort((a, b) => timeOf(a) - timeOf(b));
      return { ...run, decisions };
    }),
    notices,
  };
}

function whyNot(meant: number, isRenamed: boolean): string {
  if (isRenamed) return 'the report was made anew since, and may have meant another finding by it';
  return meant === 0 ? 'no report at hand had it then' : 'it meant several findings';
}

/** Whether the report is not the one that was there when the comment was written. */
function isMadeAnew({ renamedAt }: Pick<DatedRun, 'renamedAt'>, { at }: CommentDecision): boolean {
  return renamedAt !== null && Date.parse(renamedAt) > Date.parse(at);
}

/** Beside the code, a finding is called what it was called when it was first posted, also after a second look. */
function isNamed(decision: CommentDecision, run: DatedRun): (finding: PublishedFinding) => boolean {
  const { label, id, action } = decision;
  if (id === null) return (finding) => finding.label === label;
  if (label !== null)
    return (finding) => finding.shortId === id && (finding.label === label || run.renamedAt !== null);
  const mayBeCritical = action === 'accept' || !isMadeAnew(run, decision);
  return ({ shortId, severity }) => shortId === id && (mayBeCritical || severity !== 'critical');
}

function timeOf({ decidedAt = '' }: { decidedAt?: string | undefined }): number {
  return Date.parse(decidedAt) || 0;
}

/** Says the same as `resolve` would, about the finding of that name. */
function toDecision(
  { action, reason, by, at }: CommentDecision,
  finding: { id: string; label: string; title: string },
): Decision {
  return {
    finding: finding.id,
    label: finding.label,
    title: finding.title,
    action: action === 'decline' ? 'Skipped' : 'Commented',
    reason: action === 'accept' && reason === '' ? 'Accepted' : reason,
    commit: null,
    by,
    decidedAt: at,
  };
}
