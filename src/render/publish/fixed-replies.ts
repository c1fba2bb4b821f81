import { canBeMarked, fixedMarker } from '../../domain/hidden-block.ts';
import type { FixedReply } from '../../domain/publication.ts';
import type { WithdrawnFinding } from '../../domain/withdrawn-finding.ts';
import { createMarkdownHelpers } from '../markdown/markdown-helpers.ts';
import { disarm } from './disarm.ts';
import type { PublishContext } from './publish-context.ts';

/** What is said below our comments on findings that this report proves to be fixed. */
export function writeFixedReplies({ report, templates }: PublishContext): FixedReply[] {
  const helpers = createMarkdownHelpers({ reference: () => null, isOwn: () => false });
  const commit = report.change.head.sha;
  return (report.earlierFindings ?? [])
    .filter(({ id, outcome }) => outcome === 'fixed' && canBeMarked(id))
    .map(({ id }) => ({
      finding: id,
      body: `${fixedMarker(id)}\n${templates.fixed({ commit }, helpers).trim()}`,
    }));
}

/** What is said below our comments on findings that a second look took out of the report. */
export function writeWithdrawnReplies(
  { templates }: PublishContext,
  withdrawn: readonly WithdrawnFinding[],
): FixedReply[] {
  const helpers = createMarkdownHelpers({ reference: () => null, isOwn: () => false });
  return withdrawn
    .filter(({ finding }) => canBeMarked(finding))
    .map(({ finding, refuted }) => ({
      finding,
      body: `${fixedMarker(finding)}\n${disarm(templates.withdrawn({ refuted: refuted ?? '' }, helpers).trim())}`,
    }));
}
