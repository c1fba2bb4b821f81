import { type Config, readUserConfig } from '../config.ts';
import { RepositoryError } from '../errors.ts';
import { createLocalSource } from '../forge/local/local-source.ts';
import type { RepositoryId } from '../forge/pull-request-target.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { type Check, check, type DiagnosisLine } from './diagnosis-line.ts';
import { openDependencyFolders } from './open-dependencies.ts';
import { openRepository } from './open-repository.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { requirePrices } from './require-prices.ts';
import { refuseWithoutReviewers, settleConfig } from './settle-config.ts';

export interface DiagnoseOptions
  extends Pick<ReviewOptions, 'workingDirectory' | 'configPath' | 'withoutConfig'> {
  /** Whose pull requests are meant; null or absent: that of the folder's remote "origin". */
  repo?: RepositoryId | null;
}

export type DiagnoseDependencies = Pick<PipelineDependencies, 'environment' | 'signal' | 'clock'>;

/**
 * Goes the way of a review without flags up to its start. A line for each step; what a broken step leaves unknown is
 * not looked at. The configuration is null when it is not in order.
 */
export async function diagnoseReview(
  options: DiagnoseOptions,
  dependencies: DiagnoseDependencies,
): Promise<{ lines: DiagnosisLine[]; config: Config | null }> {
  const opened = await check('repository', async () => {
    const repository = await openRepository(options.workingDirectory, dependencies);
    return { detail: repository.topDirectory, value: repository };
  });
  const repository = opened.value;
  try {
    return await diagnoseIn(options, dependencies, { line: opened.line, repository });
  } finally {
    await repository?.close();
  }
}

async function diagnoseIn(
  options: DiagnoseOptions,
  dependencies: DiagnoseDependencies,
  { line, repository }: { line: DiagnosisLine; repository: LocalRepository | null },
): Promise<{ lines: DiagnosisLine[]; config: Config | null }> {
  const { environment } = dependencies;
  const change = repository === null ? null : await checkChange(repository, dependencies.signal);
  const own = await check('configuration', async () => {
    if (options.withoutConfig) return { detail: 'not read (--no-config)', value: {} };
    return { detail: 'readable', value: await readUserConfig(options.configPath, environment) };
  });
  const user = own.value;
  const base = change?.value ?? null;
  const settled =
    user === null
      ? null
      : await check('settings', async () => {
          const config = await settleConfig({
            options: { ...options, flags: noFlags },
            user,
            dependencies,
            repository: base === null ? null : repository,
            base: base ?? '',
          });
          return {
            detail: base === null ? 'in order, but for the repository’s own' : 'in order',
            value: config,
          };
        });
  const config = settled?.value ?? null;
  const rest = config === null ? [] : await checkStart(config, repository, dependencies);
  const checks = [change, own, settled, ...rest].flatMap((one) => (one === null ? [] : [one.line]));
  return { lines: [line, ...checks], config };
}

const noFlags = { reviewers: null, models: new Map(), efforts: new Map(), failOn: null };

/** What a review without flags would be of; its value is the commit it starts from. */
function checkChange(repository: LocalRepository, signal: AbortSignal): Promise<Check<string>> {
  return check('change', async () => {
    if (!(await repository.hasRevision('HEAD')))
      throw new RepositoryError('the repository has no commit yet', {
        hint: 'commit something: a review compares commits',
      });
    const { base, head } = await createLocalSource({ repository, target: { kind: 'branch' } }).resolve(
      signal,
    );
    return { detail: `${head.name} over ${base.name}`, value: base.sha };
  });
}

async function checkStart(
  config: Config,
  repository: LocalRepository | null,
  { environment, clock }: DiagnoseDependencies,
): Promise<Check<null>[]> {
  const lines = [
    await check('reviewers', async () => {
      refuseWithoutReviewers(config, config.reviewers);
      return { detail: 'one at least can start', value: null };
    }),
    await check('prices', async () => {
      await requirePrices(config, clock.date());
      return { detail: 'known, or bounded by maxTokens', value: null };
    }),
  ];
  if (config.dependencies.length === 0 || repository === null) return lines;
  const folders = await check('dependencies', async () => {
    await openDependencyFolders({ config, repository, environment });
    return { detail: config.dependencies.join(', '), value: null };
  });
  return [...lines, folders];
}
