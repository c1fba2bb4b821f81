import { makeVisibleLine } from '../../domain/visible-text.ts';
import type { WorkflowRunAnswer } from './artifact-answers.ts';

/** null: what the run left is the repository's own; else why it is not believed, as it follows "it was made by". */
export type ProvenanceDoubt = string | null;

/** These run the workflow of the base or of the default branch, whoever brought them about. */
const runsBase = ['pull_request_target', 'issue_comment', 'schedule', 'workflow_dispatch'];

/** These run the workflow of the head: whoever may push there writes it. */
const runsHead = ['pull_request', 'push'];

/**
 * Whether an artifact of a workflow run can be taken for one of this repository's own workflows. Its name says nothing:
 * on `pull_request` a fork's own edition of the workflow runs, in this repository, and uploads under whatever name it
 * likes. What GitHub says of the run cannot be forged by it: the event, and in which repository its head lies. A head in
 * this repository was pushed by somebody who may write to it, and who could change the workflow, or merge, as well.
 * `workflow_run` hands on what others uploaded, and everything unknown may do so, too.
 *
 * It does not help where a workflow of the base runs a stranger's code (a checkout of the head on `pull_request_target`):
 * there the stranger has the repository's secrets anyway.
 */
export function doubtProvenance(run: WorkflowRunAnswer): ProvenanceDoubt {
  const event = makeVisibleLine(run.event).slice(0, 40);
  if (runsBase.includes(run.event)) return null;
  if (!runsHead.includes(run.event)) return `a run on ${event}, which may hand on what others uploaded`;
  if (run.head_repository === null || run.head_repository === undefined)
    return `a run on ${event} of a repository that is gone`;
  if (run.head_repository.id !== run.repository.id)
    return `a run on ${event} of ${makeVisibleLine(run.head_repository.full_name)}, which ran a workflow of its own`;
  return null;
}
