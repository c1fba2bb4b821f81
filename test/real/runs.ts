import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readScriptOptions } from '../support/read-script-options.ts';
import { rereadQuotes } from './reread-report.ts';

const usage = `usage: npm run test:real -- --repo PATH [--every N] [--most N]

Reviews every Nth commit of a real repository with checks through the built command line, and reads every published
quote again with plain git. Exit: 0, 1 when one does not stand, 2 for wrong usage.`;
const values = readScriptOptions(usage, {
  repo: { type: 'string' },
  every: { type: 'string', default: '20' },
  most: { type: 'string', default: '200' },
});
const every = Number(values.every);
const most = Number(values.most);
if (values.repo === undefined || !(every >= 1) || !(most >= 1)) {
  console.error(usage);
  process.exit(2);
}
const repository = resolve(values.repo);
const cli = resolve('dist/cli.js');
const revisions = execFileSync('git', [
  '-C',
  repository,
  'rev-list',
  '--first-parent',
  '--min-parents=1',
  'HEAD',
])
  .toString()
  .split('\n')
  .filter((line, index) => line !== '' && index % every === 0)
  .slice(0, most);
const out = mkdtempSync(join(tmpdir(), 'deep-review-real-'));
const totals = { runs: 0, findings: 0, raw: 0, observations: 0, files: 0, failures: 0, milliseconds: 0 };
for (const revision of revisions) {
  const problems = reviewOne(revision);
  for (const problem of problems) console.error(`${revision.slice(0, 12)}: ${problem}`);
  totals.failures += problems.length;
}
rmSync(out, { recursive: true, force: true });
console.log(
  `${totals.runs} runs, ${totals.files} changed files, ${totals.raw} raw findings, ${totals.findings} published, ` +
    `${totals.observations} design observations, ${Math.round(totals.milliseconds / Math.max(1, totals.runs))} ms a run`,
);
console.log(`${totals.runs - totals.failures} passed, ${totals.failures} failed`);
process.exitCode = totals.failures === 0 && totals.runs > 0 ? 0 : 1;

function reviewOne(revision: string): string[] {
  const started = performance.now();
  const run = spawnSync(
    process.execPath,
    [
      cli,
      'review',
      '--reviewers',
      'checks',
      '--range',
      `${revision}^1..${revision}`,
      '--json',
      '--quiet',
      '--out',
      out,
    ],
    { cwd: repository, encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 300_000 },
  );
  totals.milliseconds += performance.now() - started;
  totals.runs += 1;
  if (run.status === null || run.status > 1) return [`exit ${run.status}: ${run.stderr}`];
  const outcome = JSON.parse(run.stdout);
  const report = JSON.parse(readFileSync(outcome.files.json, 'utf8'));
  totals.raw += report.ledger.raw;
  totals.findings += report.findings.length;
  totals.observations += report.designObservations.length;
  totals.files += report.change.files;
  const problems = rereadQuotes(report, repository);
  if (outcome.status !== 'complete') problems.push(`status ${outcome.status}`);
  if (outcome.ledger.raw !== outcome.ledger.accounted)
    problems.push(`ledger: ${outcome.ledger.raw} raw, ${outcome.ledger.accounted} accounted`);
  rmSync(outcome.runDir, { recursive: true, force: true });
  return problems;
}
