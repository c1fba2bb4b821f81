import type { FileDiff } from '../../domain/change.ts';
import type { CheckConclusion, PostTarget, Publication } from '../../domain/publication.ts';
import type { WithdrawnFinding } from '../../domain/withdrawn-finding.ts';
import { writeCheckOutput } from './check-output.ts';
import { createDiffPlaces } from './diff-places.ts';
import { writeFixedReplies, writeWithdrawnReplies } from './fixed-replies.ts';
import { type InlineSettings, planInlineComments, writeReviewBody } from './inline-comments.ts';
import { createPublishContext, type PublishContextInput } from './publish-context.ts';
import { writeSummaryComment } from './summary-comment.ts';

export interface PublicationInput extends PublishContextInput {
  /** The change's files with their hunks: comments stand on lines of the diff only. */
  files: readonly FileDiff[];
  /** What is to be posted; the other parts are null. */
  targets: readonly PostTarget[];
  inline: InlineSettings;
  /** Findings that second looks took out of the report. Absent: none. */
  withdrawn?: readonly WithdrawnFinding[];
  /** What the check run ends with. */
  conclusion: CheckConclusion;
}

/** All texts that are to be posted about a report. Rejects as `SourceReader` does. */
export async function buildPublication(input: PublicationInput): Promise<Publication> {
  const context = await createPublishContext(input);
  const { report } = context;
  const wants = (target: PostTarget) => input.targets.includes(target);
  const places = createDiffPlaces(input.files);
  const { sources, inline: settings } = input;
  const plan = wants('inline') ? await planInlineComments(context, { places, sources, settings }) : null;
  return {
    run: { id: report.run.id, startedAt: report.run.startedAt, looks: report.run.looks },
    head: report.change.head.sha,
    summary: wants('summary') ? (facts) => writeSummaryComment(context, { inline: plan, facts }) : null,
    inline: plan === null ? null : { comments: plan.comments, reviewBody: writeReviewBody(context) },
    ...(plan === null
      ? {}
      : {
          fixed: [...writeFixedReplies(context), ...writeWithdrawnReplies(context, input.withdrawn ?? [])],
          resolveThreads: settings.resolveThreads === true,
        }),
    check: wants('check') ? writeCheckOutput(context, { conclusion: input.conclusion }) : null,
  };
}
