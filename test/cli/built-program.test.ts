import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createReviewedChange } from '../support/reviewed-change.ts';
import { type CliResult, runCli, runProgram } from '../support/run-cli.ts';

/** What a call says, and the report it made: no times, no names of runs. */
function withoutTimes({ code, stdout, stderr }: CliResult): unknown {
  const outcome = stdout.startsWith('{') ? JSON.parse(stdout) : null;
  const report = outcome === null ? null : JSON.parse(readFileSync(outcome.files.json, 'utf8'));
  const timeKeys = new Set(['durationMs', 'wallClockMs', 'startedAt', 'finishedAt']);
  const text = JSON.stringify([code, outcome ?? stdout, stderr, report], (key, value) =>
    timeKeys.has(key) ? 0 : value,
  );
  const id = report?.run.id;
  return JSON.parse(id === undefined ? text : text.replaceAll(id, 'RUN'));
}

test('the built program says, writes and answers what a call in this process does', async () => {
  const { repository, range } = createReviewedChange();
  const checks = ['--no-config', '--reviewers', 'checks', '--range', range, '--out', repository.scratch];
  const options = { cwd: repository.directory, home: repository.scratch };
  try {
    for (const words of [['render', '--help'], ['doctor'], ['--rnage'], [...checks, '--fresh', '--json']])
      expect(withoutTimes(runProgram(words, options))).toEqual(withoutTimes(await runCli(words, options)));
  } finally {
    repository.remove();
  }
});
