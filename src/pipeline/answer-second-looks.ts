import { join } from 'node:path';
import type { CommentAnswer } from '../domain/comment-answer.ts';
import type { PublishReceipt } from '../domain/publication.ts';
import type { Report } from '../domain/report.ts';
import type { FindingAgain, SecondLook } from '../domain/second-look.ts';
import { createGithubAnswerer } from '../forge/github/github-answerer.ts';
import { answerLooks, type LookAnswers } from '../publish/answer-looks.ts';
import { createAnswerText } from '../render/publish/answer-text.ts';
import { noSources } from '../render/source/source-reader.ts';
import { loadTemplates } from '../render/templates.ts';
import type { OpenedPublisher } from './open-publisher.ts';
import type { PublishContext } from './publish-context.ts';
import { wordTry } from './second-look-notices.ts';
import { readSecondLooks } from './second-looks-file.ts';

/** Says to the comments that asked to look again at this run what came of it. What cannot be said is a warning. */
export async function answerSecondLooks(
  context: PublishContext,
  input: { report: Report; receipt: PublishReceipt; opened: OpenedPublisher },
): Promise<void> {
  const looks = await readSecondLooks(context.run);
  const answered = toAnswers(looks, input);
  if (answered.length === 0) return;
  const { signal, environment, emit } = context;
  const { client, publisher, pullRequest, repository } = input.opened;
  const problems = await answerLooks(answered, {
    forge: createGithubAnswerer({ client, repository, pullRequest: pullRequest.number, publisher }, signal),
    writeText: await createAnswerText({
      report: input.report,
      sources: noSources,
      templates: await loadTemplates(join(context.packageDirectory, 'templates')),
      reportUrl: environment.actions?.runUrl ?? null,
    }),
  });
  for (const problem of problems) {
    const message = `what came of looking again was not said to who asked: ${problem}`;
    await emit({ type: 'notice', level: 'warning', message });
  }
}

function toAnswers(
  looks: readonly SecondLook[],
  { report, receipt }: { report: Report; receipt: PublishReceipt },
): LookAnswers[] {
  const url = receipt.parts.find(({ part }) => part === 'summary')?.url ?? null;
  const byComment = new Map<number, CommentAnswer[]>();
  for (const { done, comment, subject } of looks) {
    if (!done || comment === null) continue;
    const known = byComment.get(comment.id) ?? [];
    byComment.set(comment.id, [...known, ...toAnswer(subject, report, url)]);
  }
  return [...byComment].map(([comment, answers]) => ({ comment, answers }));
}

function toAnswer(subject: SecondLook['subject'], report: Report, url: string | null): CommentAnswer[] {
  if (subject.kind === 'finding') {
    const today = report.findings.find(({ shortId }) => shortId === subject.shortId);
    const name = `${today?.label ?? subject.label}·${subject.shortId}`;
    return [{ kind: 'verify-done', name, came: wordOutcome(subject, today), url }];
  }
  if (subject.second === null) return [];
  const { asked, completed } = report.run.quorum;
  const { reviewer, second } = subject;
  return [
    { kind: 'rerun-done', reviewer, ended: wordTry(second), counts: second.counts, completed, asked, url },
  ];
}

/** `still important, confirmed: Claude and Codex confirmed it`, `refuted: Claude and Codex refuted it`. */
function wordOutcome({ before, after }: FindingAgain, today: Report['findings'][number] | undefined): string {
  if (after === null)
    return today === undefined
      ? 'no reviewer raises it any more'
      : `it is raised in other words now: ${today.severity}, ${today.verdict}`;
  const { verdict, severity, isPublished } = after;
  if (after.answered?.length === 0) return `nobody answered, and it is ${severity}, ${verdict}, as it was`;
  const reason = after.verdictReason.replace(/\.$/, '');
  if (verdict === 'refuted') return `refuted: ${reason}`;
  if (!isPublished) return `${verdict}, and no finding any more: ${reason}`;
  return `${severity === before.severity ? 'still' : 'now'} ${severity}, ${verdict}: ${reason}`;
}
