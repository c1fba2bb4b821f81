import { nearestWord } from '../config.ts';
import type { Change } from '../domain/change.ts';
import { findingKey } from '../domain/finding.ts';
import type { Report } from '../domain/report.ts';
import type { Reviewer } from '../domain/reviewer.ts';
import type { FindingAgain, SecondLook } from '../domain/second-look.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { ConfigError, InternalError, RunDirectoryError, UsageError } from '../errors.ts';
import { findFinding } from '../resolve/find-finding.ts';
import { toQuestion } from '../verify/plan-challenge.ts';
import { countSessions } from './challenge-again.ts';
import { questionDigest, readExamined } from './examined-batches.ts';
import { isReachable } from './model-session.ts';
import { isCurrent, requireCurrent } from './require-current.ts';
import { planReviewAgain } from './review-again.ts';
import type { RunContext } from './run-context.ts';
import { readSecondLooks } from './second-looks-file.ts';
import { readClusters, readSources } from './stage-reconcile.ts';
import { readVerification } from './stage-verify.ts';

/** What is to be done again: a reviewer by its id, a finding by a name that the report gives it. */
export type LookRequest = { kind: 'review'; reviewer: string } | { kind: 'finding'; finding: string };

export interface PlanLooksInput {
  change: Change;
  report: Report;
  asked: readonly LookRequest[];
  by: string | null;
  comment: SecondLook['comment'];
}

/**
 * The looks that are asked for, in the order asked: one that was begun before and not ended is continued, and one that was
 * served for the same comment is `done`. Writes nothing. Throws `UsageError` for what the run does not have, `ConfigError`
 * where nobody could be asked.
 */
export async function planLooks(context: RunContext, input: PlanLooksInput): Promise<SecondLook[]> {
  const known = await readSecondLooks(context.run);
  const planned: SecondLook[] = [];
  let number = Math.max(0, ...known.map((look) => look.number));
  const { comment, by } = input;
  for (const request of input.asked) {
    const name = nameRequest(context, input, { request, known });
    const isSame = ({ subject }: SecondLook) => isNamed(subject, name);
    if (planned.some(isSame)) continue;
    const served = known.find((look) => isSame(look) && look.done && isAskedBy(look, comment));
    if (served !== undefined) {
      planned.push(served);
      continue;
    }
    requireKeys(context, name);
    await requireKnownQuestions(context);
    const begun = known.find((look) => isSame(look) && !look.done);
    if (begun !== undefined) {
      const subject = await renew(context, input, begun.subject);
      planned.push({ ...begun, ...(comment === null ? {} : { by, comment }), subject });
      continue;
    }
    number += 1;
    const at = context.clock.date().toISOString();
    const published = input.report.findings.map(({ shortId }) => shortId);
    const subject = await begin(context, input, name);
    planned.push({ number, at, by, comment, subject, published, done: false });
  }
  return planned;
}

/** One piece of a run, by the name it keeps: a reviewer's id, a finding's stable name. */
interface PieceName {
  kind: LookRequest['kind'];
  id: string;
}

function isNamed(subject: SecondLook['subject'], { kind, id }: PieceName): boolean {
  return subject.kind === kind && id === (subject.kind === 'review' ? subject.reviewer : subject.shortId);
}

function nameRequest(
  context: RunContext,
  { report, comment }: PlanLooksInput,
  { request, known }: { request: LookRequest; known: readonly SecondLook[] },
): PieceName {
  if (request.kind === 'review') return { kind: 'review', id: findReviewer(context, request.reviewer).id };
  const looked = known.filter((look) => !look.done || isAskedBy(look, comment));
  const dropped = findDropped(looked, report, request.finding);
  return { kind: 'finding', id: dropped ?? findFinding(report, request.finding, nearestWord).shortId };
}

/**
 * The finding of a look that its own report has dropped, stopped before its end or asked for by a comment that was served:
 * what it was called before is its name.
 */
function findDropped(looked: readonly SecondLook[], { findings }: Report, name: string): string | null {
  const wanted = name.trim().toLowerCase().replace('.', '·');
  for (const { subject } of looked) {
    if (subject.kind !== 'finding') continue;
    const { label, shortId } = subject;
    const isNamed = [label, shortId, `${label}·${shortId}`].some((one) => one.toLowerCase() === wanted);
    if (isNamed && !findings.some((finding) => finding.shortId === shortId)) return shortId;
  }
  return null;
}

function isAskedBy(look: SecondLook, comment: SecondLook['comment']): boolean {
  return comment !== null && look.comment?.id === comment.id;
}

function findReviewer({ reviewers }: RunContext, name: string): Reviewer {
  const found = reviewers.find(({ id }) => id === name.toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`this run has no reviewer ${JSON.stringify(makeVisibleLine(name).slice(0, 100))}`, {
    hint: `it has ${reviewers.map(({ id }) => id).join(', ')}`,
  });
}

/** Before anything is set aside: somebody has to be there who could be asked. */
function requireKeys(context: RunContext, { kind, id }: PieceName): void {
  const { config, reviewers, sarif } = context;
  const models = reviewers.filter(({ type }) => type === 'model');
  if (kind === 'finding') {
    if (models.length === 0 || models.some((model) => isReachable(config, model))) return;
    throw noKey(context, models);
  }
  const reviewer = findReviewer(context, id);
  if (reviewer.type === 'model' && !isReachable(config, reviewer)) throw noKey(context, [reviewer]);
  if (reviewer.type === 'program' && reviewer.id !== 'checks' && !sarif.has(reviewer.id))
    throw new UsageError(`${id}: its results are in a file of another tool`, {
      hint: 'name that file with --sarif FILE',
    });
}

/** An answer without its question could not be kept for the claims that nobody is asked about again. */
async function requireKnownQuestions({ run, reviewers }: RunContext): Promise<void> {
  const examined = await readExamined(
    run,
    reviewers.filter((one) => one.type === 'model'),
  );
  if (examined.every(({ session, questions }) => questions !== undefined || session.clusters.length === 0))
    return;
  throw new RunDirectoryError(`${run.path} was made by a version that kept no questions beside the answers`, {
    hint: 'review anew',
  });
}

function noKey({ config }: RunContext, reviewers: readonly Reviewer[]): ConfigError {
  const variables = reviewers.flatMap(({ id }) => config.access.get(id)?.keyVariables ?? []);
  return new ConfigError(`there is no key for ${reviewers.map(({ id }) => id).join(', ')}`, {
    hint: `set ${[...new Set(variables)].join(' or ')}`,
  });
}

async function begin(
  context: RunContext,
  { change, report }: PlanLooksInput,
  { kind, id }: PieceName,
): Promise<SecondLook['subject']> {
  if (kind === 'review') return planReviewAgain(context, change, findReviewer(context, id));
  return planFindingAgain(context, change, findFinding(report, id, nearestWord));
}

/**
 * Of a finding that is raised in other words since, what is raised now is asked about. Where the run was stopped before its
 * report, that is what the look began with.
 */
async function renew(
  context: RunContext,
  { change, report }: PlanLooksInput,
  subject: SecondLook['subject'],
): Promise<SecondLook['subject']> {
  if (subject.kind === 'review') return subject;
  const found = report.findings.find(({ shortId }) => shortId === subject.shortId);
  const made = await readMade(context, change);
  if (found === undefined || !isCurrent(context, 'render', inputsOf(made))) return subject;
  const now = await planFindingAgain(context, change, found);
  return now.question === subject.question ? subject : now;
}

/** What a report is made of. */
async function readMade(context: RunContext, change: Change) {
  const { verdicts, ledger } = await readVerification(context);
  return {
    ...{ change, verdicts, ledger },
    sources: await readSources(context, change),
    clusters: await readClusters(context),
  };
}

function inputsOf({ change, sources, clusters, verdicts, ledger }: Awaited<ReturnType<typeof readMade>>) {
  return [change, sources, clusters, verdicts, ledger];
}

async function planFindingAgain(
  context: RunContext,
  change: Change,
  { label, shortId, title, cluster: id }: Report['findings'][number],
): Promise<FindingAgain> {
  const made = await readMade(context, change);
  // Clusters are numbered anew with each reconciliation: only a report of these speaks of them.
  requireCurrent(context, 'render', inputsOf(made));
  const cluster = made.clusters.clusters.find((one) => one.id === id);
  const verdict = made.verdicts.verdicts.find((one) => one.cluster === id);
  if (cluster === undefined || verdict === undefined)
    throw new InternalError(
      `the report of ${context.run.id} speaks of ${id}, which its verdicts do not know`,
    );
  const raw = new Map(
    made.sources.flatMap(({ findings }) =>
      findings.map((finding) => [findingKey(finding), finding] as const),
    ),
  );
  const members = cluster.members.flatMap((key) => raw.get(key) ?? []);
  const models = context.reviewers.filter((one) => one.type === 'model');
  const { verdict: value, evidence, severity, severityReason, verdictReason, examinations } = verdict;
  return {
    ...{ kind: 'finding', label, shortId, title },
    question: questionDigest(toQuestion({ cluster, members }, 0)),
    before: { verdict: value, evidence, severity, severityReason, verdictReason, examinations },
    sessions: countSessions(await readExamined(context.run, models)),
    after: null,
  };
}
