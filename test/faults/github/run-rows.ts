import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { summaryMarker } from '../../../src/domain/hidden-block.ts';
import { createGitFixture } from '../../support/git-fixture.ts';
import {
  createChallengedReview,
  createPostedReview,
  type PostedReview,
  reviewedRepository,
} from '../../support/posted-review.ts';
import type { CliResult } from '../../support/run-cli.ts';
import type { FaultRow } from '../fault-row.ts';

const target = { repository: reviewedRepository, number: 7 };
const call = ['7', '--repo', reviewedRepository, '--no-config'];
const post = [...call, '--post', 'summary,inline,check'];

type RunRow = Pick<FaultRow, 'fault' | 'name' | 'expected'> & {
  run: (review: PostedReview) => Promise<string>;
};

/** F61 to F72 on the built program in a process of its own: `dist/` must be there. */
export function runRows(): FaultRow[] {
  const rows = [readOnly(), closed(), expired(), unwritable(), atOnce()].map((row) => ({
    ...row,
    run: () => withReview(row.run),
  }));
  return [...rows, large()].map((row) => ({ ...row, provider: 'github', isHeavy: true }));
}

async function withReview(work: (review: PostedReview) => Promise<string>): Promise<string> {
  const review = await createChallengedReview();
  try {
    const said = await work(review);
    const tried = (await review.github.control.forbidden()).map(({ forbidden }) => forbidden);
    return tried.length === 0 ? said : `${said}; tried ${tried.join(', ')}`;
  } finally {
    await review.close();
  }
}

/** How each part ended, as the program tells it. */
function partsOf({ stdout, stderr }: CliResult): string {
  const parts = [...stdout.matchAll(/^(?:not )?posted: (\w+ \(\w+\))/gm)].map(([, part]) => part);
  return parts.length === 0 ? `nothing said: ${stderr}` : parts.join(', ');
}

function reportOf({ stdout }: CliResult): {
  findings: { shortId: string }[];
  coverage: unknown[];
  change: { commits: unknown[] };
} {
  const page = stdout.split('\n')[0] ?? '';
  return JSON.parse(readFileSync(join(dirname(page), 'report.json'), 'utf8'));
}

async function written(review: PostedReview): Promise<string> {
  const operations = (await review.github.control.writes()).map(({ operation }) => operation);
  return operations.length === 0 ? 'nothing written' : `wrote ${operations.join(', ')}`;
}

function readOnly(): RunRow {
  return {
    fault: 'F61',
    name: 'a token that only reads, in a workflow',
    expected:
      'exit 1, check (skipped), inline (skipped), summary (skipped), nothing written, 3 of 3 findings on the page of the run, 3 annotations, 3 warnings',
    run: async (review) => {
      const page = join(review.folder, 'step-summary.md');
      const end = await review.run(post, { GITHUB_TOKEN: 'ghs_readonly', GITHUB_STEP_SUMMARY: page });
      const text = readFileSync(page, 'utf8');
      const { findings } = reportOf(end);
      const shown = findings.filter(({ shortId }) => text.includes(shortId)).length;
      const annotations = end.stderr.match(/^::(?:error|warning|notice) file=probe\.go,/gm)?.length ?? 0;
      const warnings = end.stderr.match(/^warning: not posted: /gm)?.length ?? 0;
      return `exit ${end.code}, ${partsOf(end)}, ${await written(review)}, ${shown} of ${findings.length} findings on the page of the run, ${annotations} annotations, ${warnings} warnings`;
    },
  };
}

function closed(): RunRow {
  return {
    fault: 'F67',
    name: 'closed while reviewers are at work',
    expected:
      'exit 1, check (skipped), inline (skipped), summary (skipped), nothing written, the report has 3 findings',
    run: async (review) => {
      const running = review.run(post);
      await until(async () => ((await review.models?.journal()) ?? []).length > 0);
      await review.github.control.setPullRequest({ ...target, state: 'closed' });
      const end = await running;
      return `exit ${end.code}, ${partsOf(end)}, ${await written(review)}, the report has ${reportOf(end).findings.length} findings`;
    },
  };
}

function expired(): RunRow {
  const done = 'wrote checks/create, pulls/create-review, issues/create-comment';
  return {
    fault: 'F70',
    name: 'the token expires between two writes; the same call again',
    expected: `exit 4, check (created), inline (failed), summary (failed); then exit 1, check (unchanged), inline (created), summary (created), ${done}, no reviewer asked again`,
    run: async (review) => {
      await review.github.control.setFaults([
        { method: 'POST', path: '/reviews$', times: 0, what: { kind: 'status', status: 401 } },
      ]);
      const first = await review.run(post);
      await review.github.control.setFaults([]);
      const reviews = await countReviews(review);
      const second = await review.run(post);
      const again =
        (await countReviews(review)) === reviews ? 'no reviewer asked again' : 'reviewers asked again';
      return `exit ${first.code}, ${partsOf(first)}; then exit ${second.code}, ${partsOf(second)}, ${await written(review)}, ${again}`;
    },
  };
}

function unwritable(): RunRow {
  return {
    fault: 'F71',
    name: 'the page of the run cannot be written',
    expected: 'exit 1, check (created), inline (created), summary (created), the reason said',
    run: async (review) => {
      const end = await review.run(post, { GITHUB_STEP_SUMMARY: review.folder });
      const said = /^warning: the step summary could not be written: EISDIR/m.test(end.stderr);
      return `exit ${end.code}, ${partsOf(end)}, ${said ? 'the reason said' : end.stderr}`;
    },
  };
}

function atOnce(): RunRow {
  return {
    fault: 'F72',
    name: 'two programs post at once',
    expected:
      'exit 1 and 1; one summary, the others folded away; 3 comments beside the code; nothing deleted',
    run: async (review) => {
      const outs = ['one', 'other'].map((name) => join(review.folder, name));
      const ends = await Promise.all(outs.map((out) => review.run([...post, '--out', out])));
      const comments = await review.github.control.comments(target);
      const standing = comments.filter(
        ({ body, minimized }) => body.startsWith(summaryMarker) && minimized === null,
      );
      const folded = comments.length - standing.length;
      const writes = await review.github.control.writes();
      const count = (operation: string) => writes.filter((entry) => entry.operation === operation).length;
      const beside = writes
        .filter(({ operation }) => operation === 'pulls/create-review')
        .reduce((sum, { body }) => sum + (body as { comments: unknown[] }).comments.length, 0);
      const left = beside - (count('graphql/minimizeComment') - folded);
      const summaries = standing.length === 1 ? 'one summary' : `${standing.length} summaries`;
      return `exit ${ends.map(({ code }) => code).join(' and ')}; ${summaries}, the others folded away; ${left} comments beside the code; nothing deleted`;
    },
  };
}

/** More files, lines and commits than GitHub's API tells of: none of them is read from it. */
function large(): Omit<FaultRow, 'provider'> {
  return {
    fault: 'F65',
    name: '3,001 files, 260 commits, 30,000 lines (F64, F66)',
    expected: 'exit 0, 3001 files covered, 260 commits, neither from the API; summary (created)',
    run: async () => {
      const repository = createGitFixture({ name: 'shop' });
      repository.commit({ 'README.md': 'A shop.\n' }, 'Begin');
      repository.git('checkout', '--quiet', '-b', 'feature');
      for (let at = 0; at < 3_000; at += 1) {
        const path = join(repository.directory, `data/${at % 30}/${at}.txt`);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, `${at}\n`.repeat(10));
      }
      repository.git('add', '--all');
      repository.git('commit', '--quiet', '-m', 'Add what there is');
      for (let at = 1; at < 260; at += 1) repository.commit({ 'log.txt': `${at}\n` }, `Count to ${at}`);
      const review = await createPostedReview({ repository, head: 'feature', script: null });
      try {
        const end = await review.run([...call, '--post', 'summary', '--reviewers', 'checks']);
        const { coverage, change } = reportOf(end);
        const asked = (await review.github.control.journal()).map(({ operation }) => operation);
        const fromApi = asked.filter((one) => one === 'pulls/list-files' || one === 'pulls/list-commits');
        return `exit ${end.code}, ${coverage.length} files covered, ${change.commits.length} commits, ${fromApi.length === 0 ? 'neither' : fromApi.join()} from the API; ${partsOf(end)}`;
      } finally {
        await review.close();
      }
    },
  };
}

/** Requests in which a model is a reviewer: only reviewers have this tool. */
async function countReviews({ models }: PostedReview): Promise<number> {
  const entries = (await models?.journal()) ?? [];
  return entries.filter(({ text }) => text.includes('finish_review')).length;
}

/** Rejects after a minute and a half. */
async function until(test: () => Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await test())) {
    if (performance.now() - started > 90_000) throw new Error('in vain: the first request to a model');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
