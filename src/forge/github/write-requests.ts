import type { CheckRunOutput, InlineComment } from '../../domain/publication.ts';
import type { NewReview } from '../report-publisher.ts';

/** A review of event `COMMENT` in GitHub's words: it approves nothing and requests nothing. */
export function toReviewRequest({ commit, body, comments }: NewReview): Record<string, unknown> {
  return { commit_id: commit, event: 'COMMENT', body, comments: comments.map(toCommentRequest) };
}

/** A finished check run in GitHub's words. */
export function toCheckRunRequest(output: CheckRunOutput): Record<string, unknown> {
  const { name, conclusion, title, summary, text, annotations, detailsUrl } = output;
  return {
    name,
    status: 'completed',
    conclusion,
    ...(detailsUrl === null ? {} : { details_url: detailsUrl }),
    output: {
      title,
      summary,
      ...(text === '' ? {} : { text }),
      annotations: annotations.map((annotation) => ({
        path: annotation.path,
        start_line: annotation.startLine,
        end_line: annotation.endLine,
        annotation_level: annotation.level,
        title: annotation.title,
        message: annotation.message,
      })),
    },
  };
}

/** One line has no `start_line`: GitHub refuses a range that is none. */
function toCommentRequest({ path, side, startLine, endLine, body }: InlineComment): Record<string, unknown> {
  const where = side === 'head' ? 'RIGHT' : 'LEFT';
  const range = startLine === endLine ? {} : { start_line: startLine, start_side: where };
  return { path, side: where, line: endLine, ...range, body };
}
