import type { Report } from '../../domain/report.ts';
import { isDone } from '../../domain/run-outcome.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import { createPermalinks } from '../source/permalink.ts';
import { missingNotices } from '../view/missing-notices.ts';
import { uriBases } from './sarif-location.ts';
import type { SarifInvocation, SarifNotification, SarifRevision, SarifRun } from './sarif-log.ts';
import { sarifLine, sarifParagraphs } from './sarif-text.ts';

const longestNotice = 2000;

/** All of a run but its rules and results; `more` are notifications about these. */
export function describeSarifRun(
  report: Report,
  more: readonly SarifNotification[],
): Omit<SarifRun, 'tool' | 'results'> {
  const revisions = listRevisions(report);
  return {
    automationDetails: { id: `deep-review/${makeVisibleLine(report.run.id)}` },
    invocations: [describeInvocation(report, more)],
    ...(revisions.length > 0 ? { versionControlProvenance: revisions } : {}),
    originalUriBaseIds: {
      [uriBases.head]: { description: { text: 'The root of the repository at the head under review.' } },
      [uriBases.base]: { description: { text: 'The root of the repository at the merge base.' } },
    },
    columnKind: 'utf16CodeUnits',
    properties: describeReport(report),
  };
}

/** Who is missing comes first: that nothing was found by one that failed is no result. */
function describeInvocation(report: Report, more: readonly SarifNotification[]): SarifInvocation {
  const { status, notices, startedAt, wallClockMs } = report.run;
  const isOver = status === 'complete' || status === 'degraded';
  const missing = missingNotices(report).map((text) => notify('missing-reviewer', 'warning', text));
  const said = notices.map((text) => notify('notice', 'note', text));
  return {
    executionSuccessful: isOver && report.recommendation.value !== 'incomplete',
    ...describeTimes(startedAt, wallClockMs),
    toolExecutionNotifications: [...missing, ...said, ...more],
  };
}

/** Says something of the run itself. */
export function notify(id: string, level: SarifNotification['level'], text: string): SarifNotification {
  return {
    descriptor: { id: `deep-review/${id}` },
    level,
    message: { text: sarifParagraphs([text], longestNotice) },
  };
}

function describeTimes(startedAt: string, wallClockMs: number): Partial<SarifInvocation> {
  const start = Date.parse(startedAt);
  const end = new Date(start + wallClockMs);
  if (Number.isNaN(start) || Number.isNaN(end.getTime())) return {};
  return { startTimeUtc: new Date(start).toISOString(), endTimeUtc: end.toISOString() };
}

/** Only a repository with an address has revisions that somebody else can find. */
function listRevisions({ change }: Report): SarifRevision[] {
  const { repository } = createPermalinks(change);
  if (repository === null) return [];
  const branch = change.branch === null ? {} : { branch: makeVisibleLine(change.branch) };
  const head = change.headKind === 'commit' ? { revisionId: change.head.sha, ...branch } : branch;
  return [
    { repositoryUri: repository, ...head, mappedTo: { uriBaseId: uriBases.head } },
    { repositoryUri: repository, revisionId: change.mergeBase, mappedTo: { uriBaseId: uriBases.base } },
  ];
}

function describeReport(report: Report): Record<string, unknown> {
  const { change, run, recommendation, counts } = report;
  return {
    title: sarifLine(report.title),
    recommendation: recommendation.value,
    recommendationSentence: sarifLine(recommendation.sentence),
    status: run.status,
    quorum: run.quorum,
    counts,
    reviewers: report.reviewers.map(({ reviewer, status }) => ({ id: reviewer.id, status })),
    missing: report.reviewers.filter((one) => !isDone(one)).map(({ reviewer }) => reviewer.id),
    head: { kind: change.headKind, sha: change.head.sha },
    mergeBase: change.mergeBase,
    costUsd: run.costUsd,
  };
}
