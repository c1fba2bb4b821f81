import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Report } from '../../../src/domain/report.ts';
import { SecondLooks } from '../../../src/domain/second-look.ts';
import type { FaultRow } from '../fault-row.ts';
import { models, type RunFixture, withFixture } from './run-fixture.ts';

/** Files that asking a reviewer anew writes, in the order they get their names, and what is asked of it after a kill there. */
const files: readonly [file: string, before: number, after: number][] = [
  ['second-looks.json', 2, 2],
  ['gemini.1.json', 2, 2],
  ['gemini.json', 2, 0],
  ['clusters.json', 0, 0],
  ['ledger.json', 0, 0],
  ['report.json', 0, 0],
  ['report.sarif', 0, 0],
];

/** F46 in a run that is looked at again: kill -9 at each step, and the same call again. */
export function secondLookRows(): FaultRow[] {
  const steps = files.flatMap(([file, before, after]): [string, number][] => [
    [`before:${file}`, before],
    [`after:${file}`, after],
  ]);
  return steps.map(
    ([step, asked]): FaultRow => ({
      fault: 'F46',
      name: `kill -9 while a reviewer is asked again, ${step.replace(':', ' ')} gets its name`,
      provider: 'run',
      isHeavy: true,
      expected: `killed; the same call completes it: 3 findings of 3 reviewers, the others as they were, the first try kept, one look that is done; asked after it: ${models.gemini} ${asked}`,
      run: () => withFixture({}, (fixture) => killAt(fixture, step)),
    }),
  );
}

async function killAt(fixture: RunFixture, step: string): Promise<string> {
  const first = await fixture.run();
  const run = fixture.runDirectory();
  if (first.code !== 0 || run === null) return `the review ended with ${first.code}: ${first.stderr}`;
  const read = (...parts: string[]) => readFileSync(join(run, ...parts), 'utf8');
  const others = ['claude', 'codex', 'guard'].map((id) => read('review', `${id}.json`));
  const firstTry = read('review', 'gemini.json');
  const call = { command: ['rerun', run, 'gemini', '--no-config'] };
  const { signal } = await fixture.run({ ...call, env: { CRASH_AT: step } });
  const before = await fixture.requests();
  const again = await fixture.run(call);
  if (again.code !== 0) return `the same call ends with ${again.code}: ${again.stderr}`;
  const after = await fixture.requests();
  const report = Report.parse(JSON.parse(read('render', 'report.json')));
  const titles = report.reviewers.flatMap((one) => one.findings.map(({ claim }) => claim.title));
  const { looks } = SecondLooks.parse(JSON.parse(read('second-looks.json')));
  const areSame = others.every(
    (text, at) => text === read('review', `${['claude', 'codex', 'guard'][at]}.json`),
  );
  const asked = Object.values(models).flatMap((model) => {
    const count = (after[model] ?? 0) - (before[model] ?? 0);
    return count > 0 || model === models.gemini ? [`${model} ${count}`] : [];
  });
  return [
    signal === 'SIGKILL' ? 'killed' : 'not killed',
    [
      `the same call completes it: ${new Set(titles).size} findings of ${report.run.quorum.completed} reviewers`,
      areSame ? 'the others as they were' : 'the others changed',
      read('review', 'gemini.1.json') === firstTry ? 'the first try kept' : 'the first try lost',
      looks.length === 1 && looks[0]?.done ? 'one look that is done' : `${looks.length} looks`,
    ].join(', '),
    `asked after it: ${asked.join(', ')}`,
  ].join('; ');
}
