import type { Change } from '../domain/change.ts';
import type { CommentDecision } from '../domain/comment-decision.ts';
import type { PublishedFinding } from '../domain/report.ts';
import type { ResolutionRow } from '../domain/resolution-row.ts';

/**
 * Rows of what was decided in comments when the change was collected, the last word on each finding. A finding of this
 * report is called as in it, one of an earlier round by its stable name and its round; what no report at hand has, and a
 * label that means several findings, has no row. They are derived anew in every round and are in no `decisions.json`.
 */
export function toCommentRows(input: {
  change: Pick<Change, 'decided' | 'earlierRounds'>;
  findings: readonly Pick<PublishedFinding, 'label' | 'shortId' | 'title'>[];
}): ResolutionRow[] {
  const { change, findings } = input;
  const rounds = change.earlierRounds ?? [];
  const named = new Map<string, string>();
  for (const { round, findings: earlier } of rounds)
    for (const { id, title } of earlier ?? [])
      named.set(id, `${id} of round ${round}${title === '' ? '' : `. ${title}`}`);
  for (const { label, shortId, title } of findings) named.set(shortId, `${label}·${shortId}. ${title}`);
  const labelled = rounds.flatMap(({ findings: earlier }) => earlier ?? []);
  const rows = new Map<string, ResolutionRow>();
  for (const decision of (change.decided ?? []).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const id = decision.id ?? onlyOneCalled(decision.label, labelled);
    const name = id === null ? undefined : named.get(id);
    if (id !== null && name !== undefined) rows.set(id, toRow(decision, id, name));
  }
  return [...rows.values()];
}

/** A label means a finding only where every report at hand means the same one by it. */
function onlyOneCalled(label: string | null, earlier: readonly { id: string; label: string }[]) {
  const ids = new Set(earlier.filter((one) => one.label === label).map(({ id }) => id));
  const [only = null] = ids;
  return ids.size === 1 ? only : null;
}

function toRow({ action, reason, by, at, url }: CommentDecision, id: string, name: string): ResolutionRow {
  const text = reason.trim();
  return {
    finding: name,
    action: action === 'decline' ? 'Skipped' : 'Commented',
    reason: `${action === 'decline' ? 'Declined' : 'Accepted'} by ${by} in a comment${text === '' ? '' : `: ${text}`}`,
    commit: null,
    comment: { finding: id, at, url },
  };
}
