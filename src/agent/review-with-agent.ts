import type { Change } from '../domain/change.ts';
import type { Emit } from '../domain/event.ts';
import type { FindingClaim } from '../domain/finding.ts';
import type { Review } from '../domain/review.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import { noUsage, type Usage } from '../domain/usage.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { RunDeadlineError } from '../errors.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import type { LanguageModel } from '../provider/language-model.ts';
import type { RetryClock, RetryEvent } from '../provider/retry.ts';
import type { AgentLimits, AgentOutcome, Clock, SessionMoney } from './agent-session.ts';
import type { AgentTool } from './agent-tool.ts';
import { buildPrompt } from './build-prompt.ts';
import { describeFailure, type Ending } from './describe-failure.ts';
import { isWithheld } from './egress.ts';
import { FindingCollector, type GateVerdict } from './finding-collector.ts';
import { type Background, gatherBackground } from './gather-background.ts';
import { OpenedFiles } from './opened-files.ts';
import { viewPatch } from './patch-view.ts';
import type { ReviewContext } from './prompt/review-context.ts';
import type { ReportTools } from './report/report-tools.ts';
import { createReviewTools } from './review-tools.ts';
import { runAgent } from './run-agent.ts';
import type { TranscriptSink } from './transcript.ts';

export interface ReviewWithAgentInput {
  reviewer: ModelReviewer;
  /** Without retries around it: the session makes them. */
  model: LanguageModel;
  change: Change;
  /** As git printed it. */
  patch: Uint8Array;
  /** As the reviewer's vendor may see it; see egress.ts. */
  repository: ObjectRepository;
  /** The gate every finding passes as it is reported. */
  check: (claim: FindingClaim) => Promise<GateVerdict>;
  /** `context/`, as `loadReviewContext` gives it. */
  context: ReviewContext;
  /** Shared by the reviewers of a run; absent: gathered for this session alone. */
  background?: () => Promise<Background>;
  limits: AgentLimits;
  /** What it may spend; null for no limit in USD. */
  money: SessionMoney | null;
  /** Price of one request in USD; null when unknown. */
  priceOf: (usage: Usage) => number | null;
  /** More tools, such as one that runs the user's commands. */
  tools?: readonly AgentTool[];
  signal: AbortSignal;
  emit: Emit;
  clock: Clock;
  /** Time and chance for waits between two tries of a request; default the system's. */
  retryClock?: RetryClock;
  record: TranscriptSink;
}

/**
 * One model's review of a change. Never rejects for anything that can go wrong on the way: that is the review's
 * status and cause, and what was handed in before is kept.
 */
export async function reviewWithAgent(input: ReviewWithAgentInput): Promise<Review> {
  const { reviewer, change, clock, emit, signal } = input;
  const started = { at: clock.now(), date: clock.date() };
  const collector = new FindingCollector({ reviewer: reviewer.id, check: input.check, emit });
  const opened = new OpenedFiles();
  const session = await runSession({ ...input, collector, opened }).catch((error: unknown) =>
    describeFailure(error, { signal, deadline: new AbortController().signal }),
  );
  const isRun = 'outcome' in session;
  const { status, cause } = isRun
    ? await judgeSession({ ...session, repository: input.repository, change, opened, signal })
    : session;
  const withheld = change.files.filter((file) => isWithheld(input.repository, file)).map((file) => file.path);
  return {
    schemaVersion: 1,
    reviewer,
    status,
    cause,
    findings: collector.findings(),
    finish: isRun ? session.report.finish() : null,
    filesRead: change.files.map((file) => file.path).filter((path) => opened.has(path)),
    ...(withheld.length === 0 ? {} : { withheld }),
    toolCalls: isRun ? session.outcome.toolCalls : [],
    usage: isRun ? session.outcome.usage : noUsage,
    costUsd: isRun ? session.outcome.costUsd : 0,
    lostRequests: isRun ? session.outcome.lost : { count: 0, mostUsd: 0 },
    startedAt: started.date.toISOString(),
    durationMs: clock.now() - started.at,
  };
}

/** The same for all requests of one reviewer about one head. */
export function cacheKeyOf({ id }: ModelReviewer, { head }: Change): string {
  return `${head.sha}/${id}`;
}

interface Session {
  outcome: AgentOutcome;
  report: ReportTools;
}

type SessionInput = ReviewWithAgentInput & { collector: FindingCollector; opened: OpenedFiles };

async function runSession(input: SessionInput): Promise<Session> {
  const { reviewer, change, repository, context, collector, opened, emit, record } = input;
  const patch = viewPatch(input.patch, repository);
  const gather =
    input.background ??
    (() => gatherBackground({ repository, change, pathInstructions: [], signal: input.signal }));
  const prompt = buildPrompt({ change, patch, context, background: await gather() });
  opened.add(prompt.given);
  const descriptions = context.tools;
  const more = input.tools ?? [];
  const made = createReviewTools({
    reviewer: reviewer.id,
    repository,
    change,
    patch,
    descriptions,
    collector,
    opened,
    more,
  });
  const onRetry = async ({ error, waitMs }: RetryEvent) => {
    const seconds = (waitMs / 1000).toFixed(1);
    const message = `${reviewer.id}: ${makeVisibleLine(error.message)}; trying again in ${seconds} s`;
    await emit({ type: 'notice', level: 'warning', message });
  };
  const outcome = await runAgent({
    model: input.model,
    onRetry,
    ...(input.retryClock === undefined ? {} : { retryClock: input.retryClock }),
    money: input.money,
    effort: reviewer.effort,
    cacheKey: cacheKeyOf(reviewer, change),
    system: prompt.system,
    firstMessage: prompt.firstMessage,
    tools: made.tools,
    finishTool: 'finish_review',
    texts: context.loop,
    limits: input.limits,
    priceOf: input.priceOf,
    opened,
    signal: input.signal,
    onProgress: async (progress) => {
      const { usage, ...rest } = progress;
      const tokens = { inputTokens: inputTokens(usage), outputTokens: usage.output };
      await emit({ type: 'reviewer-progress', reviewer: reviewer.id, ...rest, ...tokens });
    },
    record,
    clock: input.clock,
  });
  return { outcome, report: made.report };
}

function inputTokens({ input, cacheRead, cacheWrite }: Usage): number | null {
  return input === null || cacheRead === null || cacheWrite === null ? null : input + cacheRead + cacheWrite;
}

/** A session that came to its end is a completed review only when it looked at something and nothing was lost. */
async function judgeSession(
  input: Session & Pick<ReviewWithAgentInput, 'repository' | 'change' | 'signal'> & { opened: OpenedFiles },
): Promise<Ending> {
  const { outcome, report, repository, change, opened } = input;
  // Who cancels does not wait for a repository that may not answer again.
  const lost = isCancelled(input.signal) ? [] : await report.settle();
  if (outcome.status !== 'completed') return { status: outcome.status, cause: outcome.cause };
  const [first] = lost;
  if (first !== undefined)
    return partial(
      'unchecked-findings',
      `${lost.length} reported findings could not be checked and are missing, such as "${first.claim.title.slice(0, 200)}": ${first.reason}`,
    );
  const readable = change.files.filter(
    (file) => !file.binary && file.ignored !== true && !isWithheld(repository, file),
  );
  if (readable.length > 0 && !readable.some((file) => opened.has(file.path)))
    return partial('no-coverage', 'the reviewer opened none of the changed files');
  return { status: 'completed', cause: null };
}

/** By the user. The end of the run's own time takes nothing away from what was handed in before. */
function isCancelled({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof RunDeadlineError);
}

function partial(code: string, message: string): Ending {
  return { status: 'partial', cause: { code, message, retryable: true } };
}
