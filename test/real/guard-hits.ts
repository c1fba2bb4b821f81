import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectChange } from '../../src/collect/collect-change.ts';
import { openObjectRepository } from '../../src/git/open-object-repository.ts';
import { runGuard } from '../../src/guard/run-guard.ts';
import { readScriptOptions } from '../support/read-script-options.ts';

const usage = `usage: npm run test:guard -- --repo PATH [--most N] [--quiet]

Runs the guard over the newest N commits (default: all) of a history, each against its first parent, and prints what
it finds, then how often each title was found. Exit: 0, or 2 for wrong usage.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const values = readScriptOptions(usage, {
    repo: { type: 'string' },
    most: { type: 'string' },
    quiet: { type: 'boolean', default: false },
  });
  if (values.repo === undefined) {
    console.error(usage);
    return 2;
  }
  const cacheDirectory = mkdtempSync(join(tmpdir(), 'guard-hits-'));
  const repository = await openObjectRepository({ source: values.repo, cacheDirectory });
  const signal = new AbortController().signal;
  const counts = new Map<string, number>();
  let [commits, with_] = [0, 0];
  try {
    let sha: string | null = await repository.resolveCommit('HEAD');
    const most = Number(values.most ?? Number.POSITIVE_INFINITY);
    const started = performance.now();
    while (sha !== null && commits < most) {
      const parent: string | null = await repository.resolveCommit(`${sha}^`).catch(() => null);
      if (parent === null) break;
      const target = {
        repository: { owner: 'local', name: 'history', url: null },
        headKind: 'commit' as const,
        base: { sha: parent, name: 'parent' },
        head: { sha, name: 'commit' },
        mergeBase: parent,
        branch: null,
        slug: 'history',
        pullRequest: null,
        comments: null,
      };
      const { change, patch } = await collectChange({ repository, target, round: 1, signal });
      const { findings } = await runGuard({ change, patch, repository, signal });
      commits += 1;
      if (findings.length > 0) with_ += 1;
      for (const { claim, locations } of findings) {
        const title = `${claim.severity} ${claim.title.replace(/ \(.*/, '')}`;
        counts.set(title, (counts.get(title) ?? 0) + 1);
        const place = locations[0] === undefined ? '' : ` ${locations[0].path}:${locations[0].startLine}`;
        if (!values.quiet)
          console.log(
            `${sha.slice(0, 12)} ${claim.severity} ${claim.title}${place}\n    ${claim.quote}\n    ${claim.explanation.split('\n').at(-1)}`,
          );
      }
      sha = parent;
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${commits} commits in ${seconds} s, ${with_} with findings`);
    for (const [title, count] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`${count}\t${title}`);
  } finally {
    await repository.close();
    rmSync(cacheDirectory, { recursive: true, force: true });
  }
  return 0;
}
