import { join } from 'node:path';
import { findPackageDirectory } from '../config.ts';
import type { Report } from '../domain/report.ts';
import { RunManifest } from '../domain/run.ts';
import type { SecondLook } from '../domain/second-look.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { DeepReviewError } from '../errors.ts';
import { createGithubAnswerer } from '../forge/github/github-answerer.ts';
import { createGithubPublisher } from '../forge/github/github-publisher.ts';
import type { PullRequestTarget } from '../forge/pull-request-target.ts';
import { type AnsweredComment, answerComments } from '../publish/answer-comments.ts';
import type { ReportAtHand } from '../publish/plan-answer.ts';
import { createAnswerText } from '../render/publish/answer-text.ts';
import { noSources } from '../render/source/source-reader.ts';
import { loadTemplates } from '../render/templates.ts';
import { readArtifact } from '../run/read-artifact.ts';
import { lookUpManifest } from '../run/read-manifest.ts';
import { listRuns, runDirectoryAt } from '../run/run-directory.ts';
import { isOwnRun } from '../run/run-seal.ts';
import { openPullRequest } from './open-github.ts';
import { refuseToPost } from './open-publisher.ts';
import type { PipelineDependencies } from './options.ts';
import { readRunReport } from './publish-run.ts';
import { readSecondLooks } from './second-looks-file.ts';

export interface AnswerOptions {
  target: PullRequestTarget;
  workingDirectory: string;
  /** The run whose report is explained; null for the newest of this pull request that was made here. */
  run: string | null;
  /** null: `reports/` in the working directory. */
  out: string | null;
  post: boolean;
  /** As `answerComments` takes them. */
  only?: number | null;
  startsReviews?: boolean;
}

export interface AnswerOutcome {
  /** Folder of the run whose report is at hand; null for none. */
  run: string | null;
  comments: AnsweredComment[];
  /** 4 where an answer could not be given or looked for. */
  exitCode: 0 | 4;
}

type Dependencies = Pick<PipelineDependencies, 'environment' | 'signal' | 'emit'>;

/** Answers what is asked in the comments of a pull request; without `post` it tells what it would do. */
export async function answerPullRequest(
  options: AnswerOptions,
  dependencies: Dependencies,
): Promise<AnswerOutcome> {
  const { environment, signal } = dependencies;
  if (options.post) await refuseToPost(dependencies, null);
  const { client, repository, number } = await openPullRequest(
    options.target,
    options.workingDirectory,
    dependencies,
  );
  const publisher = createGithubPublisher({
    ...{ client, repository, pullRequest: number },
    assumedLogin: environment.actions === null ? null : 'github-actions[bot]',
  });
  const found =
    options.run === null
      ? await findReport(
          { ...options, repository: `${repository.owner}/${repository.name}`, number },
          dependencies,
        )
      : { run: options.run, report: await readRunReport(runDirectoryAt(options.run)) };
  const report = found?.report ?? null;
  const looks = found === null ? [] : await readSecondLooks(runDirectoryAt(found.run));
  const comments = await answerComments(
    {
      report:
        report === null || found === null
          ? null
          : describeReport(report, { looks, madeAt: await readMadeAt(found.run, report) }),
      post: options.post,
      only: options.only ?? null,
      startsReviews: options.startsReviews ?? false,
    },
    {
      forge: createGithubAnswerer({ client, repository, pullRequest: number, publisher }, signal),
      writeText: await createAnswerText({
        report,
        sources: noSources,
        templates: await loadTemplates(join(findPackageDirectory(), 'templates')),
        reportUrl: null,
      }),
      signal,
    },
  );
  const isWhole = comments.every(({ outcome }) => outcome !== 'failed' && outcome !== 'unknown');
  return { run: found?.run ?? null, comments, exitCode: isWhole ? 0 : 4 };
}

/** What came of one comment, as a line for people. */
export function describeAnswered({ url, author, outcome, answers, why }: AnsweredComment): string {
  const what = answers.map(({ kind }) => kind).join(', ');
  return makeVisibleLine(`${outcome}: ${url} by ${author}: ${what}${why === null ? '' : ` (${why})`}`);
}

function describeReport(
  { findings, change, reviewers }: Report,
  { looks, madeAt }: { looks: readonly SecondLook[]; madeAt: string },
): ReportAtHand {
  return {
    ...{ madeAt, isMadeAnew: looks.length > 0, findings, head: change.head.sha },
    reviewers: reviewers.map(({ reviewer }) => reviewer.id),
    looked: looks.flatMap(({ comment, subject }) =>
      comment === null || subject.kind !== 'finding' ? [] : [{ ...subject, comment: comment.id }],
    ),
  };
}

/** When the report was begun to be written, which is before anybody read it. */
async function readMadeAt(run: string, report: Report): Promise<string> {
  const manifest = await lookUpManifest(runDirectoryAt(run));
  const { startedAt } = report.run;
  if (manifest.outcome === 'absent') return startedAt;
  return manifest.value.stages.find(({ stage }) => stage === 'render')?.startedAt ?? startedAt;
}

/** The newest report of the pull request by this user's program: a folder that came with a repository says nothing. */
async function findReport(
  input: { out: string | null; workingDirectory: string; repository: string; number: number },
  { environment, emit }: Dependencies,
): Promise<{ run: string; report: Report } | null> {
  const out = input.out ?? join(input.workingDirectory, 'reports');
  for (const run of (await listRuns(out, input.repository)).toReversed()) {
    try {
      const path = run.file('run.json');
      const manifest = await readArtifact({ path, schema: RunManifest, version: 1 });
      if (manifest.outcome !== 'found' || manifest.value.target.slug !== `pr-${input.number}`) continue;
      if (!(await isOwnRun(run, manifest.value, environment.cacheDirectory))) continue;
      return { run: run.path, report: await readRunReport(run) };
    } catch (cause) {
      if (!(cause instanceof DeepReviewError)) throw cause;
      await emit({ type: 'notice', level: 'warning', message: `${run.id} is passed over: ${cause.message}` });
    }
  }
  return null;
}
