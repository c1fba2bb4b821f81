import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Decisions } from '../../src/domain/decisions.ts';
import { Report } from '../../src/domain/report.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { type ReviewedRound, resolveRound, reviewRound } from '../support/review-rounds.ts';
import { cliEnvironment, cliPath, runCli } from '../support/run-cli.ts';

const minutes = 60_000;
const told = ['Alpha', 'Beta', 'Gamma'].map((name, at) => ({
  path: 'probe.go',
  quote: `func ${name}() error { return open("${name}") }`,
  title: `${name} leaks a handle of kind ${name.toLowerCase()}`,
  explanation: `Nobody closes what ${name} opens.`,
  severity: at === 2 ? 'suggestion' : 'important',
}));
let repository: GitFixture;
let round: ReviewedRound;
let head: string;
beforeAll(async () => {
  repository = createGitFixture();
  repository.commit({ 'probe.go': 'package probe\n' }, 'Begin');
  repository.git('checkout', '--quiet', '-b', 'topic');
  head = repository.commit(
    { 'probe.go': `package probe\n\n${told.map(({ quote }) => `${quote}\n`).join('\n')}` },
    'Open them',
  );
}, minutes);
afterAll(() => repository.remove());

/** A finished run with three findings that nobody has decided on. */
async function fresh(): Promise<ReviewedRound> {
  round = await reviewRound(repository, {
    range: 'main..topic',
    out: join(repository.scratch, `reports-${Math.random().toString(36).slice(2)}`),
    told: { claude: told },
  });
  return round;
}
const decisionsPath = () => join(round.runDir, 'resolve', 'decisions.json');
const readDecisions = () => Decisions.parse(JSON.parse(readFileSync(decisionsPath(), 'utf8'))).decisions;
const readReport = () =>
  Report.parse(JSON.parse(readFileSync(join(round.runDir, 'render', 'report.json'), 'utf8')));
const idOf = (label: string) => round.report.findings.find((finding) => finding.label === label)?.shortId;
const decide = async (text: string) => await resolveRound(repository, round.runDir, text);

describe('resolve --from', () => {
  beforeAll(fresh, 2 * minutes);

  test(
    'keeps decisions, makes the report again with them, and forgets none',
    async () => {
      const first = await decide(
        `decisions:\n  - {finding: I1, action: Fixed, commit: "${head.slice(0, 10)}", by: ada}\n  - {finding: ${idOf('S1')}, action: Skipped, reason: On purpose.}\n`,
      );
      expect(first).toEqual({
        code: 0,
        stderr: '',
        stdout: `${join(round.runDir, 'render', 'report.html')}\n2 decisions added; 2 decided, 1 open\n`,
      });
      // The same again says nothing new; JSON is YAML, too.
      expect(
        (
          await decide(
            JSON.stringify([{ finding: `I1·${idOf('I1')}`, action: 'Fixed', commit: head, by: 'ada' }]),
          )
        ).stdout,
      ).toMatch(/\n0 decisions added; 2 decided, 1 open\n$/);
      expect((await decide('- {finding: I1, action: test written, reason: "see | there"}')).code).toBe(0);
      expect(readDecisions()).toEqual(
        [
          { finding: idOf('I1'), label: 'I1', action: 'Fixed', reason: '', commit: head, by: 'ada' },
          {
            finding: idOf('S1'),
            label: 'S1',
            action: 'Skipped',
            reason: 'On purpose.',
            commit: null,
            by: null,
          },
          {
            finding: idOf('I1'),
            label: 'I1',
            action: 'Test written',
            reason: 'see | there',
            commit: null,
            by: null,
          },
        ].map((decision) => ({ ...decision, title: expect.any(String), decidedAt: expect.any(String) })),
      );
      const report = readReport();
      const [note] = report.processNotes.repository;
      expect([
        note?.rule,
        note?.why.replace(/ on \d{4}-\d\d-\d\d /, ' on DAY '),
        note?.declined?.names,
      ]).toEqual([
        `Declined before: error-handling in \`probe.go\` (\`Gamma\`): \`${told[2]?.title}\``,
        'Raised and declined once, in `topic` (round 1), on DAY in these words: `On purpose.`',
        [idOf('S1')],
      ]);
      expect(report).toEqual({
        ...round.report,
        processNotes: { ...round.report.processNotes, repository: [note] },
        resolution: {
          addressedAt: expect.any(String),
          rows: [
            {
              finding: `I1·${idOf('I1')}. ${told[0]?.title}`,
              action: 'Test written',
              reason: 'see | there',
              commit: null,
            },
            {
              finding: `S1·${idOf('S1')}. ${told[2]?.title}`,
              action: 'Skipped',
              reason: 'Declined: On purpose.',
              commit: null,
            },
          ],
        },
      });
      for (const name of ['report.md', 'report.html'])
        expect(readFileSync(join(round.runDir, 'render', name), 'utf8')).toContain('Declined: On purpose.');
      const outcome = JSON.parse(
        (
          await runCli(
            ['resolve', round.runDir, '--json', '--from', join(repository.scratch, 'decided.yml')],
            {
              cwd: repository.directory,
              home: repository.scratch,
            },
          )
        ).stdout,
      );
      expect(outcome).toMatchObject({ run: round.runDir, added: 0, decided: 2, open: 1 });
    },
    2 * minutes,
  );

  test(
    'and its decisions stay in a report that the run itself makes again',
    async () => {
      const rendered = await runCli(['stage', 'render', '--run', round.runDir, '--no-config'], {
        cwd: repository.directory,
        home: repository.scratch,
      });
      expect([rendered.code, rendered.stderr]).toEqual([0, expect.any(String)]);
      expect(readReport().resolution?.rows).toHaveLength(2);
    },
    minutes,
  );

  test.each<[string, RegExp, RegExp]>([
    ['- {finding: I9, action: Fixed}', /"I9" names no finding of \S+/, /did you mean I\d·/],
    ['- {finding: nothing-like-it, action: Fixed}', /names no finding/, /its findings: I1·\S+, I2·\S+, S1·/],
    [
      '- {finding: I2, action: Ignored}',
      /decided\.yml: decision 1, action: Invalid option/,
      /actions are Fixed, Skipped/,
    ],
    [
      '- {finding: I2, action: Fixed, commit: HEAD}',
      /decision 1, commit: a commit is named by/,
      /write decisions as/,
    ],
    ['- {finding: I2, action: Fixed, comit: 1234567}', /Unrecognized key: "comit"/, /write decisions as/],
    [
      '- {finding: I2, action: Fixed, commit: 1234567}',
      /there is no commit 1234567 in this repository/,
      /whole id/,
    ],
    ['[]', /it decides nothing/, /write decisions as/],
    ['', /decided\.yml: Invalid input/, /write decisions as/],
    ['decisions: [\n', /decided\.yml:\d+: neither JSON nor YAML/, /mend the file/],
    ['a: &a [x]\nb: [*a, *a]\n', /Unrecognized|Invalid/, /write decisions as/],
    [
      '- {finding: I2, action: Fixed}\n- {finding: I3, action: Fixed}',
      /"I3" names no finding/,
      /did you mean/,
    ],
  ])('refuses %j and writes nothing', async (text, message, hint) => {
    const before = [readFileSync(decisionsPath(), 'utf8'), JSON.stringify(readReport())];
    const { code, stdout, stderr } = await decide(text);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const [first = '', second = '', ...rest] = stderr.trimEnd().split('\n');
    expect(first).toMatch(message);
    expect(second).toMatch(hint);
    expect(rest).toEqual([]);
    expect([readFileSync(decisionsPath(), 'utf8'), JSON.stringify(readReport())]).toEqual(before);
  });

  test(
    'takes a whole commit that cannot be looked up, and says so; a part of one it refuses',
    async () => {
      const elsewhere = createGitFixture();
      try {
        elsewhere.commit({ a: 'a' });
        const call = async (commit: string) => {
          writeFileSync(
            join(repository.scratch, 'there.yml'),
            `- {finding: I2, action: Fixed, commit: ${commit}}`,
          );
          return await runCli(['resolve', round.runDir, '--from', join(repository.scratch, 'there.yml')], {
            cwd: elsewhere.directory,
            home: repository.scratch,
          });
        };
        expect(await call('abcdef1')).toMatchObject({
          code: 2,
          stderr: expect.stringContaining(
            'cannot be looked up: this repository is not the one that was reviewed',
          ),
        });
        expect(await call('b'.repeat(40))).toMatchObject({
          code: 0,
          stderr: expect.stringMatching(/^notice: I2·\S+: whether b{40} exists was not checked/),
        });
      } finally {
        elsewhere.remove();
      }
      // Where it can be proved that there is none, there is none.
      expect(await decide(`- {finding: I2, action: Fixed, commit: ${'b'.repeat(40)}}`)).toMatchObject({
        code: 2,
      });
    },
    minutes,
  );

  test(
    'refuses what is no finished run, and a folder that leads elsewhere',
    async () => {
      const call = async (run: string, ...words: string[]) =>
        await runCli(['resolve', run, ...words], { cwd: repository.directory, home: repository.scratch });
      const from = ['--from', join(repository.scratch, 'decided.yml')];
      expect(await call('nowhere', ...from)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('is not a run directory'),
      });
      expect(await call(round.runDir, '--from', 'nowhere')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('there is no file'),
      });
      expect(await call(round.runDir)).toMatchObject({
        code: 2,
        stderr:
          'deep-review: resolve asks on a terminal, and there is none\n  → write the decisions to a file and name it with --from FILE\n',
      });
      const empty = createGitFixture();
      try {
        const copy = join(empty.scratch, 'run');
        spawnSync('cp', ['-r', round.runDir, copy]);
        spawnSync('rm', ['-r', join(copy, 'resolve')]);
        symlinkSync(empty.directory, join(copy, 'resolve'));
        expect(await call(copy, ...from)).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('is a symbolic link'),
        });
        spawnSync('rm', ['-r', join(copy, 'resolve'), join(copy, 'render')]);
        expect(await call(copy, ...from)).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('has no report yet'),
        });
      } finally {
        empty.remove();
      }
    },
    minutes,
  );
});

/** Types lines into a real terminal, each when the program has asked for it. */
const terminal = `
import os, pty, sys, select, time, json
typed = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen, mark, deadline = b'', 0, time.time() + 50
while time.time() < deadline:
    ready, _, _ = select.select([fd], [], [], 1)
    if ready:
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    if typed and (seen[mark:].endswith(b'> ') or seen[mark:].endswith(b': ')):
        mark = len(seen)
        os.write(fd, (typed.pop(0)).encode())
_, status = os.waitpid(pid, 0)
sys.stdout.write(seen.decode('utf8', 'replace'))
sys.exit(os.waitstatus_to_exitcode(status))
`;

describe('resolve on a terminal', () => {
  beforeAll(fresh, 2 * minutes);

  function type(keys: readonly string[]) {
    const words = ['-c', terminal, JSON.stringify(keys), process.execPath, cliPath, 'resolve', round.runDir];
    const result = spawnSync('python3', words, {
      cwd: repository.directory,
      env: cliEnvironment({ home: repository.scratch }),
      encoding: 'utf8',
      timeout: minutes,
    });
    return { code: result.status, shown: result.stdout.replaceAll('\r\n', '\n') };
  }

  test(
    'asks one after another, the severest first, keeps each answer at once, and goes back',
    () => {
      const { code, shown } = type([
        'f\n',
        'guarded now\n',
        `1234567\n`, // no such commit: asked again
        'f\n',
        'guarded now\n',
        `${head.slice(0, 12)}\n`,
        '\n', // I2 is left as it is
        'what\n',
        'b\n',
        's\n',
        'by design\n',
        'q\n',
      ]);
      expect(code).toBe(0);
      expect(shown).toContain(`1 of 3  I1·${idOf('I1')} (important)  ${told[0]?.title}`);
      expect(shown).toContain('there is no commit 1234567 in this repository');
      expect(shown).toContain('"what" is none of these.');
      expect(shown).toMatch(/\n2 decisions added; 2 decided, 1 open\n$/);
      expect(readDecisions()).toMatchObject([
        { label: 'I1', action: 'Fixed', reason: 'guarded now', commit: head },
        { label: 'I2', action: 'Skipped', reason: 'by design', commit: null },
      ]);
      expect(readReport().resolution?.rows).toHaveLength(2);
    },
    2 * minutes,
  );

  test(
    'keeps what was answered before the input ended or the program was stopped',
    () => {
      const ended = type(['c\n', 'asked them\n', '\n', '\u0004']);
      expect(ended.code).toBe(0);
      expect(ended.shown).toContain('decided before: Fixed: guarded now');
      const stopped = type(['t\n', 'a test\n', '\n', '\u0003']);
      expect(stopped.code).toBe(130);
      expect(readDecisions().map(({ label, action }) => `${label} ${action}`)).toEqual([
        'I1 Fixed',
        'I2 Skipped',
        'I1 Commented',
        'I1 Test written',
      ]);
      expect(existsSync(join(round.runDir, 'run.lock'))).toBe(false);
    },
    2 * minutes,
  );
});
