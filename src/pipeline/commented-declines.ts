import type { Change } from '../domain/change.ts';
import type { Clusters } from '../domain/cluster.ts';
import type { CommentDecision } from '../domain/comment-decision.ts';
import { findingKey } from '../domain/finding.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { Review } from '../domain/review.ts';
import { severityOfLabel } from '../domain/vocabulary.ts';
import type { DeclinedCluster } from '../verify/judge-declined.ts';

/**
 * Clusters that were declined in comments about a round whose run is not at hand. The name in the comment is the
 * beginning of a fingerprint of path, symbol and quoted code: code of today that bears it is the code that was declined.
 * Nothing that stands in a comment of ours is asked. What was declined as `C1` may silence a critical, and nothing else
 * may; a name that was told apart by a number (`a3f9-2`) says nothing without its run.
 */
export function findCommentedDeclines(input: {
  change: Change;
  clusters: Clusters;
  reviews: readonly Review[];
  /** Cluster id → name of the function or type around its first place. */
  symbols: ReadonlyMap<string, string>;
}): DeclinedCluster[] {
  const { change, symbols } = input;
  const declines = listDeclines(change);
  if (declines.length === 0) return [];
  const findings = new Map(input.reviews.flatMap((one) => one.findings.map((raw) => [findingKey(raw), raw])));
  return input.clusters.clusters.flatMap(({ id: cluster, members: [speaker = ''] }) => {
    const finding = findings.get(speaker);
    const path = finding?.locations[0]?.path;
    if (finding === undefined || path === undefined) return [];
    const { quote } = finding.claim;
    const print = fingerprint({ path, symbol: symbols.get(cluster) ?? '', quote });
    const declined = declines.find(({ id }) => print.startsWith(id));
    if (declined === undefined) return [];
    return [
      {
        match: { cluster, id: declined.id, sameSymbol: true },
        round: null,
        declined: { severity: severityOfLabel(declined.label ?? '') ?? 'important', reason: declined.reason },
        code: { outcome: 'stands', places: finding.locations },
      },
    ];
  });
}

/** The last word on each name, where no run at hand knows the finding. */
function listDeclines({ decided = [], earlierRounds }: Change): (CommentDecision & { id: string })[] {
  const known = new Set(
    (earlierRounds ?? []).flatMap(({ source, findings }) =>
      source === 'comment' ? [] : (findings ?? []).map(({ id }) => id),
    ),
  );
  const latest = new Map<string, CommentDecision & { id: string }>();
  for (const decision of decided) {
    const { id } = decision;
    if (id !== null && !known.has(id) && /^[0-9a-f]{4,64}$/.test(id)) latest.set(id, { ...decision, id });
  }
  return [...latest.values()].filter(({ action }) => action === 'decline');
}
