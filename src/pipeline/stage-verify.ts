import { createEgress } from '../agent/egress.ts';
import type { Change } from '../domain/change.ts';
import { Ledger } from '../domain/ledger.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { SecondLook } from '../domain/second-look.ts';
import { Verdicts } from '../domain/verdict.ts';
import { readRequiredArtifact } from '../run/read-artifact.ts';
import { type ChallengeDependencies, verify } from '../verify/verify.ts';
import { challengeAgain } from './challenge-again.ts';
import { runExaminers } from './examiners.ts';
import { createKeptFindings } from './kept-findings.ts';
import { isReachable } from './model-session.ts';
import { repositoryFacts } from './repository-facts.ts';
import { requireCurrent } from './require-current.ts';
import { findDeclinedClusters, readRoundMatches } from './round-matches.ts';
import { type RunContext, recordStage, type StageBill } from './run-context.ts';
import { withinRunDeadline } from './run-deadline.ts';
import { readSecondLooks } from './second-looks-file.ts';
import { settleSecondLooks } from './settle-second-looks.ts';
import { readChange } from './stage-collect.ts';
import { readClusters, readSources } from './stage-reconcile.ts';

/** `verify/verdicts.json` and `verify/ledger.json`. */
export async function verifyStage(context: RunContext): Promise<void> {
  const change = await readChange(context);
  const reviews = await readSources(context, change);
  const clusters = await readClusters(context);
  const matches = await readRoundMatches(context, change);
  requireCurrent(context, 'reconcile', reviews);
  await recordStage(context, 'verify', [reviews, clusters, matches], async (paid) => {
    const unknown: string[] = [];
    const facts = repositoryFacts(context.repository, change, {
      signal: context.signal,
      onUnknown: (problem) => unknown.push(problem),
    });
    const declined = await findDeclinedClusters(context, { change, clusters, reviews }, matches);
    const { minutes } = context.config.budget;
    const usedMs = context.clock.now() - context.startedAt;
    const looks = await readSecondLooks(context.run);
    const { verdicts, ledger } = await withinRunDeadline(
      { minutes, usedMs, signal: context.signal },
      async (signal) =>
        verify(
          { change, reviews, clusters, declined },
          { ...facts, challenge: await challengeDependencies(context, { change, looks, paid, signal }) },
        ),
    );
    for (const message of unknown) await context.emit({ type: 'notice', level: 'warning', message });
    await writeJson(context, ['verify', 'verdicts.json'], verdicts);
    await writeJson(context, ['verify', 'ledger.json'], ledger);
    await settleSecondLooks(context, { looks, verdicts, ledger });
  });
}

interface ChallengeInput {
  change: Change;
  looks: readonly SecondLook[];
  paid: StageBill;
  signal: AbortSignal;
}

/** All model reviewers that can be reached may examine, also those whose own review failed. */
async function challengeDependencies(
  context: RunContext,
  { looks, ...input }: ChallengeInput,
): Promise<ChallengeDependencies> {
  const { change } = input;
  const { egress: rules } = context.config;
  const { repository, signal } = context;
  const egress = createEgress({ rules, repository, change, signal });
  const isKeptFrom = createKeptFindings({ rules, egress, repository, change, signal });
  const isKept: ChallengeDependencies['isKept'] = ({ provider }, findings) => isKeptFrom(provider, findings);
  if (looks.length > 0)
    return challengeAgain(context, {
      ...{ looks, isKept, paid: input.paid },
      hold: (batches, earlierTranscripts) =>
        runExaminers(context, batches, { ...input, egress, earlierTranscripts }),
    });
  return {
    examiners: context.reviewers.filter((one): one is ModelReviewer => isReachable(context.config, one)),
    isKept,
    examine: (batches) => runExaminers(context, batches, { ...input, egress }),
  };
}

export async function readVerification(context: RunContext): Promise<{ verdicts: Verdicts; ledger: Ledger }> {
  const [verdicts, ledger] = await Promise.all([
    readRequiredArtifact({
      path: context.run.file('verify', 'verdicts.json'),
      memory: context.run.memory,
      schema: Verdicts,
      version: 1,
      madeBy: 'verify',
    }),
    readRequiredArtifact({
      path: context.run.file('verify', 'ledger.json'),
      memory: context.run.memory,
      schema: Ledger,
      version: 1,
      madeBy: 'verify',
    }),
  ]);
  return { verdicts, ledger };
}

function writeJson({ run }: RunContext, file: readonly string[], value: unknown): Promise<void> {
  return run.memory.write(run.file(...file), `${JSON.stringify(value, null, 2)}\n`);
}
