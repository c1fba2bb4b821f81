import { Clusters } from '../domain/cluster.ts';
import { Ledger } from '../domain/ledger.ts';
import type { Review } from '../domain/review.ts';
import { Verdicts } from '../domain/verdict.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { readRequiredArtifact } from '../run/read-artifact.ts';
import { verify } from '../verify/verify.ts';
import { readGuard } from './guard-review.ts';
import { repositoryFacts } from './repository-facts.ts';
import { type RunContext, recordStage } from './run-context.ts';
import { readChange } from './stage-collect.ts';
import { readReviews } from './stage-review.ts';

/** `reconcile/clusters.json`: which findings claim one defect. */
export async function reconcileStage(context: RunContext): Promise<void> {
  const reviews = await readSources(context);
  await recordStage(context, 'reconcile', reviews, async () => {
    await writeJson(context, ['reconcile', 'clusters.json'], reconcile({ reviews }));
  });
}

/** All that raised findings: the reviewers, and the guard behind them. */
async function readSources(context: RunContext): Promise<Review[]> {
  const guard = await readGuard(context);
  return [...(await readReviews(context)), ...(guard === null ? [] : [guard])];
}

export function readClusters(context: RunContext): Promise<Clusters> {
  return readRequiredArtifact({
    path: context.run.file('reconcile', 'clusters.json'),
    memory: context.run.memory,
    schema: Clusters,
    version: 1,
    madeBy: 'reconcile',
  });
}

/** `verify/verdicts.json` and `verify/ledger.json`. */
export async function verifyStage(context: RunContext): Promise<void> {
  const change = await readChange(context);
  const reviews = await readSources(context);
  const clusters = await readClusters(context);
  await recordStage(context, 'verify', [reviews, clusters], async () => {
    const unknown: string[] = [];
    const facts = repositoryFacts(context.repository, change, {
      signal: context.signal,
      onUnknown: (problem) => unknown.push(problem),
    });
    const { verdicts, ledger } = await verify({ change, reviews, clusters }, facts);
    for (const message of unknown) await context.emit({ type: 'notice', level: 'warning', message });
    await writeJson(context, ['verify', 'verdicts.json'], verdicts);
    await writeJson(context, ['verify', 'ledger.json'], ledger);
  });
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
