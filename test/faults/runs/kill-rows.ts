import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTranscript } from '../../../src/agent/transcript.ts';
import { Report } from '../../../src/domain/report.ts';
import type { FaultRow } from '../fault-row.ts';
import {
  type FixtureInput,
  type ModelName,
  models,
  type RunFixture,
  readEvents,
  readReview,
  until,
  withFixture,
} from './run-fixture.ts';

/** Files of a run in the order they get their names, and so the steps between which a process can be killed. */
const files = [
  'run.json',
  'diff.patch',
  'objects.pack',
  'change.json',
  'claude.json',
  'codex.json',
  'gemini.json',
  'duplicates.json',
  'clusters.json',
  'verdicts.json',
  'ledger.json',
  'report.json',
  'report.md',
  'report.html',
  'summary.md',
  'report.sarif',
];

const whole =
  'the same call completes it: 3 findings of 3 reviewers in the report, no finished reviewer asked again, every line whole';

/** F46 and the torn lines of F47: kill -9 at each step, and the same call again. */
export function killRows(): FaultRow[] {
  const steps = files.flatMap((file) => [`before:${file}`, `after:${file}`]);
  const lines = [1, 2, 5, 9, 14, 20].map((line) => `event:${line}`);
  const records = [1, 4, 8, 12].map((line) => `record:${line}`);
  return [
    ...[...steps, ...lines, ...records].map(
      (step): FaultRow => ({
        fault: step.startsWith('event') || step.startsWith('record') ? 'F47' : 'F46',
        name: `kill -9 ${describeStep(step)}`,
        provider: 'run',
        isHeavy: true,
        expected: `killed; ${whole}${noticeOf(step)}`,
        run: () => killAt(step),
      }),
    ),
    {
      fault: 'F46',
      name: 'kill -9 during the slowest reviewer',
      provider: 'run',
      isHeavy: true,
      expected: `killed; ${whole}; asked after it: gemini 2`,
      run: killDuringSlowest,
    },
  ];
}

function describeStep(step: string): string {
  const [when = '', what = ''] = step.split(':');
  if (when === 'event') return `in the middle of line ${what} of events.jsonl`;
  if (when === 'record') return `in the middle of line ${what} of the transcripts`;
  return `${when} ${what} gets its name`;
}

function noticeOf(step: string): string {
  if (step.startsWith('event')) return '; the torn line of events.jsonl is named';
  return step.startsWith('record') ? '; the torn line of a transcript is named' : '';
}

function killAt(step: string): Promise<string> {
  return withFixture({}, async (fixture) => {
    const end = await fixture.run({ env: { CRASH_AT: step } });
    const said = await describeAgain(fixture);
    const notice = describeNotice(step, said.stderr);
    return `${end.signal === 'SIGKILL' ? 'killed' : `ended with ${end.code}`}; ${said.outcome}${notice}`;
  });
}

const slow: FixtureInput = {
  faults: [{ reviewer: 'gemini', turn: 2, faults: [{ kind: 'stall', afterFrames: 1 }] }],
};

function killDuringSlowest(): Promise<string> {
  return withFixture(slow, async (fixture) => {
    const { child, ended } = fixture.start();
    await until('two reviewers are done and the third is at work', async () => {
      const run = fixture.runDirectory();
      if (run === null || readReview(run, 'claude') === null || readReview(run, 'codex') === null)
        return false;
      return ((await fixture.requests())[models.gemini] ?? 0) >= 2;
    });
    child.kill('SIGKILL');
    const { signal } = await ended;
    const before = await fixture.requests();
    const said = await describeAgain(fixture);
    const after = await fixture.requests();
    const asked = (Object.keys(models) as ModelName[])
      .map((name) => ({ name, count: (after[models[name]] ?? 0) - (before[models[name]] ?? 0) }))
      .filter(({ count }) => count > 0);
    return [
      signal === 'SIGKILL' ? 'killed' : 'not killed',
      said.outcome,
      `asked after it: ${asked.map(({ name, count }) => `${name} ${count}`).join(', ')}`,
    ].join('; ');
  });
}

/** Makes the same call again and looks at everything that could have been lost, or paid twice. */
async function describeAgain(fixture: RunFixture): Promise<{ outcome: string; stderr: string }> {
  const run = fixture.runDirectory();
  const finished = (Object.keys(models) as ModelName[]).filter(
    (id) => run !== null && readReview(run, id)?.status === 'completed',
  );
  const before = await fixture.requests();
  const end = await fixture.run({ words: ['--json'] });
  if (end.code !== 0)
    return { outcome: `the same call ends with ${end.code}: ${end.stderr}`, stderr: end.stderr };
  const after = await fixture.requests();
  const again = finished.filter((id) => after[models[id]] !== before[models[id]]);
  const outcome = JSON.parse(end.stdout);
  const report = Report.parse(JSON.parse(readFileSync(outcome.files.json, 'utf8')));
  const isComplete = ['html', 'markdown', 'summary', 'sarif'].every((name) =>
    existsSync(outcome.files[name]),
  );
  const titles = new Set(
    report.reviewers.flatMap((one) => one.findings.map((finding) => finding.claim.title)),
  );
  const done = report.reviewers.filter(({ status }) => status === 'completed').length;
  const parts = [
    `${outcome.status === 'complete' && isComplete ? 'completes it' : `leaves it ${outcome.status}`}: ${titles.size} findings of ${done} reviewers in the report`,
    again.length === 0 ? 'no finished reviewer asked again' : `asked again: ${again.join(', ')}`,
    describeLines(outcome.runDir),
  ];
  return { outcome: `the same call ${parts.join(', ')}`, stderr: end.stderr };
}

/** Every line of the journal and of the transcripts is whole, also those of the killed sitting. */
function describeLines(run: string): string {
  readEvents(run);
  for (const id of Object.keys(models))
    for (const name of [`${id}.transcript.jsonl`, `${id}.transcript.1.jsonl`]) {
      const path = join(run, 'review', name);
      if (existsSync(path) && parseTranscript(readFileSync(path, 'utf8')).torn) return `${name} is torn`;
    }
  return 'every line whole';
}

function describeNotice(step: string, stderr: string): string {
  if (step.startsWith('event') && stderr.includes('events.jsonl: the last line was cut off'))
    return '; the torn line of events.jsonl is named';
  if (step.startsWith('record') && stderr.includes('earlier session was cut off'))
    return '; the torn line of a transcript is named';
  return step.startsWith('event') || step.startsWith('record') ? `; nothing named: ${stderr}` : '';
}
