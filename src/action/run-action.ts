import { join, resolve } from 'node:path';
import type { Environment } from '../config.ts';
import { UsageError } from '../errors.ts';
import {
  fetchEarlierRuns,
  lookAgain,
  type PipelineDependencies,
  parseRepositoryId,
  type ReviewOptions,
  type ReviewOutcome,
  readCheckout,
  runReview,
  runStage,
  visibleLine,
} from '../pipeline.ts';
import { type AnsweredOccasion, type AnswerOccasionInput, answerOccasion } from './answer-occasion.ts';
import { conclude, type Ending } from './conclude.ts';
import { isUnposted, outcomeOutputs, receiptOutputs, type SetOutput } from './outputs.ts';
import { readOccasion } from './read-event.ts';
import type { ActionInputs } from './read-inputs.ts';
import { refuseForeignCheckout } from './refuse-checkout.ts';
import type { RunLog } from './run-log.ts';
import { showOutcome } from './show-outcome.ts';
import { reasonToSkip, type SkipReason } from './skip-rules.ts';

export interface RunActionInput {
  inputs: ActionInputs;
  log: RunLog;
  setOutput: SetOutput;
  environment: Environment;
  signal: AbortSignal;
  clock: PipelineDependencies['clock'];
}

/** One step of a workflow. Rejects with what is wrong with it; the outputs are set by then as far as they are known. */
export async function runAction(input: RunActionInput): Promise<Ending & { exitCode: number }> {
  const { inputs, log, setOutput, environment, signal } = input;
  const workspace = environment.variable('GITHUB_WORKSPACE') ?? process.cwd();
  const dependencies: PipelineDependencies = { environment, emit: log.emit, signal, clock: input.clock };
  const occasion = await readOccasion(environment.variable);
  await refuseForeignCheckout({ occasion, workspace }, (folder) => readCheckout(folder, dependencies));
  const isStart = inputs.mode === 'review' || inputs.mode === 'answer' || inputs.stage === 'collect';
  // Asked for by its number: whoever wrote the workflow has chosen it.
  const isChosen = inputs.pullRequest !== null && inputs.pullRequest !== occasion.number;
  const skip = ({ code, message }: Pick<SkipReason, 'code' | 'message'>): Ending & { exitCode: number } => {
    log.notice(`skipped: ${message}`);
    setOutput('skipped', code);
    return { conclusion: 'skipped', fails: false, exitCode: 0 };
  };
  const skipped = isStart && !isChosen ? reasonToSkip(occasion, inputs.rules) : null;
  if (skipped !== null) return skip(skipped);
  const number = inputs.pullRequest ?? occasion.number;
  if (number === null && isStart && occasion.event === 'merge_group') {
    return skip({ code: 'no-pull-request', message: 'a merge queue’s event names no pull request' });
  }
  if (isStart && number !== null) await takeEarlierRuns(number, { inputs, workspace, dependencies });
  const isComment = occasion.event === 'issue_comment' && !isChosen;
  let isFull = false;
  let again: AnsweredOccasion['again'] = null;
  if (number !== null && (inputs.mode === 'answer' || (isStart && isComment))) {
    const repository = repositoryOf(environment);
    const answered = await answerOccasion({
      ...{ inputs, occasion: isComment ? occasion : null, number, repository, workspace, log, dependencies },
      out: folderForRuns(environment),
    });
    setOutput('review-asked', answered.review ?? '');
    if (answered.isUnanswered) log.warning('not every comment that asks something could be answered');
    if (answered.skipped !== null || inputs.mode === 'answer') {
      if (answered.skipped !== null) skip(answered.skipped);
      return answered.isUnanswered
        ? { conclusion: 'error', fails: true, exitCode: 4 }
        : { conclusion: answered.review === null ? 'skipped' : 'success', fails: false, exitCode: 0 };
    }
    isFull = answered.review === 'full';
    again = answered.again;
  }
  const options = toOptions(inputs, { number, workspace, environment, isFull, needsTarget: isStart });
  if (inputs.mode === 'review') {
    const outcome: ReviewOutcome & { again?: string[] } = await (again === null
      ? runReview(options, dependencies)
      : lookAgain({ ...options, ...again }, dependencies));
    outcomeOutputs(outcome, setOutput);
    for (const line of outcome.again ?? []) log.print(visibleLine(line));
    showOutcome(outcome, log);
    const ending = conclude(outcome.exitCode, {
      hasReport: true,
      isUnposted: isUnposted(outcome.receipt),
      ...inputs,
    });
    return { ...ending, exitCode: outcome.exitCode };
  }
  const stage = inputs.mode === 'publish' ? 'publish' : (inputs.stage ?? '');
  const run = inputs.runDirectory ?? newRunDirectory(environment, number);
  const result = await runStage({ ...options, stage, run, reviewer: inputs.reviewer }, dependencies);
  setOutput('run-directory', result.runDir);
  if (result.review !== undefined) {
    outcomeOutputs(result.review, setOutput);
    showOutcome(result.review, log);
  }
  if (stage === 'publish') receiptOutputs(result.receipt, setOutput);
  const ending = conclude(result.exitCode, {
    hasReport: stage === 'render',
    isUnposted: isUnposted(result.receipt),
    ...inputs,
  });
  return { ...ending, exitCode: result.exitCode };
}

/** A hosted runner has no run of before: what is at hand of earlier rounds, workflow runs have uploaded. */
async function takeEarlierRuns(
  number: number,
  {
    inputs,
    workspace,
    dependencies,
  }: Pick<AnswerOccasionInput, 'workspace' | 'dependencies'> & Pick<RunActionInput, 'inputs'>,
): Promise<void> {
  const { environment } = dependencies;
  const repository = repositoryOf(environment);
  if (repository === null || inputs.earlierRun === 'none') return;
  await fetchEarlierRuns(
    {
      ...{ repository, number, artifact: inputs.earlierRun ?? `deep-review-${number}` },
      out: folderForRuns(environment) ?? join(workspace, 'reports'),
    },
    dependencies,
  );
}

interface OptionPlaces {
  number: number | null;
  workspace: string;
  environment: Environment;
  /** The whole is looked at in a later round, too. */
  isFull: boolean;
  /** A stage on a run that is there knows its target from it. */
  needsTarget: boolean;
}

function toOptions(
  inputs: ActionInputs,
  { number, workspace, environment, isFull, needsTarget }: OptionPlaces,
): ReviewOptions {
  if (number === null && needsTarget)
    throw new UsageError(
      `the event ${environment.variable('GITHUB_EVENT_NAME') ?? '(none)'} is about no pull request`,
      { hint: 'name one by the input pull-request, or let the workflow run on pull_request' },
    );
  return {
    workingDirectory: workspace,
    target:
      number === null
        ? { kind: 'branch' }
        : { kind: 'pull-request', number, repository: repositoryOf(environment), server: null },
    post: inputs.mode === 'stage' ? [] : inputs.post,
    postAsConfigured: true,
    flags: {
      reviewers: inputs.reviewers,
      models: new Map(),
      efforts: new Map(),
      // A run that is only posted was told by whoever began it.
      failOn: inputs.mode === 'publish' ? null : inputs.failOn,
      budget: { usd: inputs.maxCost, minutes: inputs.timeoutMinutes },
    },
    configPath: inputs.config === null ? null : resolve(workspace, inputs.config),
    withoutConfig: false,
    sarif: [],
    out: folderForRuns(environment),
    fresh: false,
    full: isFull,
    from: null,
    replay: null,
    notices: [],
  };
}

/** null: `reports/` in the workspace. */
function folderForRuns(environment: Environment): string | null {
  const temporary = environment.variable('RUNNER_TEMP');
  return temporary === null ? null : join(temporary, 'deep-review');
}

function repositoryOf(environment: Environment) {
  const text = environment.variable('GITHUB_REPOSITORY');
  const repository = text === null ? null : parseRepositoryId(text);
  if (text !== null && repository === null)
    throw new UsageError(`GITHUB_REPOSITORY is "${text}", not OWNER/NAME`, {
      hint: 'the runner sets it',
    });
  return repository;
}

/** Under a fixed name, so that jobs of one workflow find each other’s by an artifact's path. */
function newRunDirectory(environment: Environment, number: number | null): string {
  const folder = folderForRuns(environment) ?? join(process.cwd(), 'deep-review');
  return join(folder, `pr-${number ?? 'none'}`);
}
