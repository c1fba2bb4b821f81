import type { Report } from '../domain/report.ts';
import type { SecondLook } from '../domain/second-look.ts';
import type { WithdrawnFinding } from '../domain/withdrawn-finding.ts';

/** Findings that reports before second looks had, and this one has not. */
export function findWithdrawn(
  looks: readonly SecondLook[],
  { findings }: Pick<Report, 'findings'>,
): WithdrawnFinding[] {
  const standing = new Set(findings.map(({ shortId }) => shortId));
  const published = looks.flatMap((look) => (look.done ? (look.published ?? []) : []));
  const gone = [...new Set(published)].filter((id) => !standing.has(id));
  return gone.map((finding) => {
    const after = looks
      .flatMap(({ subject }) =>
        subject.kind === 'finding' && subject.shortId === finding ? subject.after : [],
      )
      .at(-1);
    const isRefuted = after?.verdict === 'refuted';
    return { finding, refuted: isRefuted ? after.verdictReason.replace(/\.$/, '') : null };
  });
}
