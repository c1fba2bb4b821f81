import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Change } from '../../src/domain/change.ts';
import { Report } from '../../src/domain/report.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import {
  leaks,
  leaksReworded,
  type ReviewedRound,
  resolveRound,
  reviewRound,
  type ToldFinding,
} from '../support/review-rounds.ts';
import { runCli } from '../support/run-cli.ts';

const minutes = 60_000;
const hidden = `	if err != nil {
		return false, nil
	}`;
const handled = `	if err != nil {
		return false, fmt.Errorf("inspect %s", id)
	}`;
const code = (errors: string, above = '') => `package probe

func Name() string { return "probe" }
${above}
// IsRunning tells whether a container runs.
func IsRunning(client Client, id string) (bool, error) {
	running, err := client.Inspect(id)
${errors}
	return running, nil
}

func Watch(interval time.Duration) {
	ticker := time.NewTicker(interval)
	for range ticker.C {
		poll()
	}
}
`;
const forty = Array.from({ length: 40 }, (_, at) => `// Line ${at} of a long explanation.\n`).join('');

const hides: ToldFinding = {
  path: 'probe.go',
  quote: hidden,
  title: 'An error of Inspect becomes "not running"',
  explanation: 'Inspect can fail because the daemon timed out; the caller then restarts a healthy container.',
};
const hidesReworded: ToldFinding = {
  path: 'probe.go',
  quote: '\t\treturn false, nil',
  title: 'Daemon timeout makes callers restart a healthy container',
  explanation: 'When Inspect fails with a timeout, the error is swallowed and the answer is false.',
};
const hidesStill: ToldFinding = {
  ...hidesReworded,
  quote: '\t\treturn false, fmt.Errorf("inspect %s", id)',
  explanation: 'When Inspect fails with a timeout, the cause of the error is lost and the answer is false.',
};

const bare: ToldFinding = {
  path: 'more.go',
  quote: 'package probe',
  title: 'The second file says nothing of what it is for',
  explanation: 'Whoever opens more.go learns nothing of its purpose: a package comment is missing.',
};

const reason = 'The supervisor restarts it within a second anyway.';
let repository: GitFixture;
let out: string;
const range = 'main..topic';
const names = 'claude,codex,gemini';
const rounds: ReviewedRound[] = [];
beforeAll(async () => {
  repository = createGitFixture();
  out = join(repository.scratch, 'reports');
  repository.commit({ 'probe.go': 'package probe\n\nfunc Name() string { return "probe" }\n' }, 'Begin');
  repository.git('checkout', '--quiet', '-b', 'topic');
  repository.commit({ 'probe.go': code(hidden) }, 'Tell whether a container runs');
  const review = async (told: readonly ToldFinding[]) => {
    const round = await reviewRound(repository, { range, out, told: { claude: told } });
    rounds.push(round);
    return round;
  };
  const first = await review([hides, leaks]);
  const decided = await resolveRound(
    repository,
    first.runDir,
    `- {finding: ${shortIdOf(first, hides)}, action: Skipped, reason: "${reason}"}\n`,
  );
  if (decided.code !== 0) throw new Error(decided.stderr);
  repository.commit({ 'probe.go': code(hidden, forty) }, 'Explain');
  await review([leaksReworded]);
  // The base moves on, too.
  repository.git('checkout', '--quiet', 'main');
  repository.commit({ 'notes.txt': 'one\n' }, 'Take notes');
  repository.git('checkout', '--quiet', 'topic');
  repository.commit({ 'more.go': 'package probe\n' }, 'Begin more');
  await review([hidesReworded, leaks, bare]);
  const more = '// More of it is here.\npackage probe // by hand\n';
  repository.commit({ 'probe.go': code(handled, forty), 'more.go': more }, 'Say what failed');
  await review([hidesStill, leaksReworded]);
}, 5 * minutes);
afterAll(() => repository.remove());

function findingOf({ report }: ReviewedRound, { title }: ToldFinding) {
  return report.findings.find((finding) => finding.title === title);
}

function shortIdOf(round: ReviewedRound, told: ToldFinding): string {
  const found = findingOf(round, told);
  if (found === undefined) throw new Error(`"${told.title}" is not published`);
  return found.shortId;
}

/** The `at`th round, from 1. */
function roundOf(at: number): ReviewedRound {
  const round = rounds[at - 1];
  if (round === undefined) throw new Error(`no round ${at}`);
  return round;
}

const changeOf = ({ runDir }: ReviewedRound) =>
  Change.parse(JSON.parse(readFileSync(join(runDir, 'collect', 'change.json'), 'utf8')));

describe('rounds of one branch', () => {
  test('are counted, and each names those before it', () => {
    expect(rounds.map(({ report }) => report.change.round)).toEqual([1, 2, 3, 4]);
    expect(changeOf(roundOf(1)).earlierRounds).toEqual([]);
    expect(changeOf(roundOf(4)).earlierRounds).toMatchObject([
      { round: 1, head: roundOf(1).report.change.head.sha, declined: [{ reason, title: hides.title }] },
      { round: 2, declined: [] },
      { round: 3, declined: [] },
    ]);
  });

  test('keep the name of what is reworded and moved', () => {
    const id = shortIdOf(roundOf(1), leaks);
    expect(shortIdOf(roundOf(2), leaksReworded)).toBe(id);
    expect(shortIdOf(roundOf(3), leaks)).toBe(id);
    expect(findingOf(roundOf(4), leaksReworded)).toMatchObject({
      shortId: id,
      history: { relation: 'same', id, since: 1, declined: null },
    });
  });

  test('drop what was declined in the first and comes reworded in the third, and ask nobody about it', () => {
    const { report, entries } = roundOf(3);
    expect(findingOf(roundOf(3), hidesReworded)).toBeUndefined();
    expect(report.ledger.entries.find(({ title }) => title === hidesReworded.title)).toMatchObject({
      fate: { fate: 'dropped', reason: 'declined', round: 1 },
      finalSeverity: null,
      reason,
    });
    const id = shortIdOf(roundOf(1), hides);
    expect(report.declined).toEqual([{ key: 'claude/I1', title: hidesReworded.title, round: 1, reason, id }]);
    expect(report.retro.reconciliation).toEqual([
      {
        key: 'claude/I1',
        text: `Claude I1 "${hidesReworded.title}": important → dropped (declined in round 1): the supervisor restarts it within a second anyway.`,
      },
    ]);
    const markdown = readFileSync(join(roundOf(3).runDir, 'render', 'report.md'), 'utf8');
    expect(markdown).toContain(`- **${hidesReworded.title}** — declined in round 1: ${reason}`);
    const examinations = entries.filter(({ body }) => JSON.stringify(body).includes('submit_verdicts'));
    expect(examinations.length).toBeGreaterThan(0);
    for (const { body } of examinations) expect(JSON.stringify(body)).not.toContain(hidesReworded.title);
  });

  test('suggest for the notes of the repository what was declined and is raised again', () => {
    expect(rounds.map(({ report }) => report.processNotes.repository.length)).toEqual([0, 0, 1, 1]);
    const [note] = roundOf(3).report.processNotes.repository;
    const { at, ...declined } = note?.declined ?? { at: null };
    expect(at).toMatch(/^\d{4}-/);
    expect({ ...note, declined }).toEqual({
      rule: `Declined before: error-handling in \`probe.go\` (\`IsRunning\`): \`${hides.title}\``,
      why: `Raised and declined 2 times, in \`topic\` (rounds 1 and 3); the last time on ${at?.slice(0, 10)}, in these words: \`${reason}\``,
      reviewers: [],
      declined: {
        names: [shortIdOf(roundOf(1), hides)],
        times: 2,
        targets: [{ name: 'topic', rounds: [1, 3] }],
        ...{ severity: 'important', category: 'error-handling', title: hides.title },
        ...{ path: 'probe.go', symbol: 'IsRunning', reason, by: null, url: null },
      },
    });
    const markdown = readFileSync(join(roundOf(3).runDir, 'render', 'report.md'), 'utf8');
    expect(markdown).toContain(`### Repo context updates\n\n- **${note?.rule}** — ${note?.why}\n`);
  });

  test('tell reviewers what was declined and why', () => {
    const [request] = roundOf(3).entries;
    const asked = JSON.stringify(request?.body);
    expect(asked).toContain('1 finding declined');
    expect(asked).toContain(reason);
  });

  test('bring back what was declined once its code changed, and say so', () => {
    expect(findingOf(roundOf(4), hidesStill)).toMatchObject({
      shortId: shortIdOf(roundOf(1), hides),
      history: {
        relation: 'same',
        since: 1,
        declined: { round: 1, reason, why: 'declined in round 1; its code changed since' },
      },
    });
    for (const name of ['report.md', 'report.html'])
      expect(readFileSync(join(roundOf(4).runDir, 'render', name), 'utf8')).toContain(
        'Declined in round 1; its code changed since.',
      );
    expect(roundOf(4).report.declined).toEqual([]);
  });

  test('look first at what changed since, and say why where they look at the whole', () => {
    const focuses = rounds.map(({ report }) => report.change.focus);
    const heads = rounds.map(({ report }) => report.change.head.sha);
    const all = ['claude', 'codex', 'gemini'];
    const none = { touched: [], reviewed: [] };
    const line = (at: number) => ({ start: at, end: at });
    expect(focuses).toEqual([
      undefined,
      {
        ...{ ...none, round: 1, head: heads[0] },
        whole: { code: 'mostly-new', text: '40 of its 56 added lines are new' },
        changed: [{ path: 'probe.go', lines: [{ start: 4, end: 43 }] }],
      },
      {
        ...{ ...none, round: 2, head: heads[1], whole: null },
        changed: [{ path: 'more.go', lines: [line(1)] }],
        reviewed: all.map((reviewer) => ({ reviewer, round: 2, paths: ['probe.go'] })),
      },
      {
        ...{ ...none, round: 3, head: heads[2], whole: null },
        changed: [
          { path: 'more.go', lines: [{ start: 1, end: 2 }] },
          { path: 'probe.go', lines: [line(49)] },
        ],
      },
    ]);
    const [request] = roundOf(4).entries;
    expect(JSON.stringify(request?.body)).toContain(
      `Round 3 reviewed ${heads[2]?.slice(0, 12)}. Changed since`,
    );
    expect(readFileSync(join(roundOf(4).runDir, 'render', 'report.md'), 'utf8')).toContain(
      `| **Round** | 4, first what changed since ${heads[2]?.slice(0, 12)} (2 files) |`,
    );
  });

  test('are shown beforehand as they would come, also where reviewers are others than in the round before', async () => {
    const options = { cwd: repository.directory, home: repository.scratch };
    const told = async (...words: string[]) => {
      const flags = ['--range', range, '--out', out, '--no-config', ...words];
      const shown = await runCli(['context', 'show', ...flags], options);
      const planned = JSON.parse((await runCli(['--dry-run', '--json', ...flags], options)).stdout);
      return {
        said: /^Round 3 reviewed [0-9a-f]{12}(.*)$/m.exec(shown.stdout)?.[1],
        bytes: planned.models[0].firstRequest.bytes as number,
      };
    };
    const same = await told('--reviewers', names);
    const fewer = await told('--reviewers', 'claude,codex');
    expect([same.said, fewer.said]).toEqual([
      '. Changed since, with the lines at the head that are new:',
      '; this is a review of the whole all the same: reviewers or their configuration are others now.',
    ]);
    expect(same.bytes).not.toBe(fewer.bytes);
  });

  test('say what became of every earlier finding', () => {
    const outcomes = rounds.map(({ report }) =>
      report.earlierFindings?.map(({ title, round, outcome, reason }) => [title, round, outcome, reason]),
    );
    const declined = `declined in round 1: ${reason.slice(0, -1)}`;
    expect(outcomes).toEqual([
      undefined,
      [
        [hides.title, 1, 'declined', declined],
        [leaks.title, 1, 'moved', 'raised again at probe.go:56'],
      ],
      [
        [leaksReworded.title, 2, 'still-present', 'raised again'],
        [hides.title, 1, 'declined', declined],
      ],
      [
        [leaks.title, 3, 'still-present', 'raised again'],
        [bare.title, 3, 'fixed', 'its code changed, and Claude looked and did not raise it'],
        [hides.title, 1, 'moved', 'raised again at probe.go:49'],
      ],
    ]);
    const summary = readFileSync(join(roundOf(4).runDir, 'render', 'summary.md'), 'utf8');
    expect(summary).toContain('Of 3 findings of earlier rounds: 1 fixed, 1 still present and 1 moved.');
  });

  test('keep the resolution when the first one is rendered again', () => {
    const read = () =>
      Report.parse(JSON.parse(readFileSync(join(roundOf(1).runDir, 'render', 'report.json'), 'utf8')));
    expect(read().resolution?.rows).toEqual([
      {
        finding: expect.stringMatching(/^I\d·[0-9a-f]{4,}\. An error of Inspect becomes "not running"$/),
        action: 'Skipped',
        reason: `Declined: ${reason}`,
        commit: null,
      },
    ]);
  });
});

describe('another review', () => {
  test(
    'of the same head is no new round while nothing was decided',
    async () => {
      const words = ['--no-config', '--fresh'];
      const again = await reviewRound(repository, {
        range,
        out,
        told: { claude: [hidesReworded, leaks] },
        words,
      });
      expect(again.runDir).not.toBe(roundOf(4).runDir);
      expect(again.report.change.round).toBe(4);
      expect(shortIdOf(again, leaks)).toBe(shortIdOf(roundOf(4), leaksReworded));
      const id = shortIdOf(again, leaks);
      expect((await resolveRound(repository, again.runDir, `[{finding: ${id}, action: Fixed}]`)).code).toBe(
        0,
      );
      const next = await reviewRound(repository, { range, out, told: {}, words });
      expect(next.report.change.round).toBe(5);
    },
    2 * minutes,
  );

  test('that is continued stays the round it was begun as, whatever is decided meanwhile, and pays nothing twice', async () => {
    const folder = join(repository.scratch, 'continued');
    const input = { range, out: folder, told: { claude: [leaks], gemini: [leaksReworded] } };
    const first = await reviewRound(repository, input);
    repository.commit({ 'more.go': 'package probe\n\nvar some int\n' }, 'Some');
    const begun = await reviewRound(repository, {
      ...input,
      env: { GEMINI_API_KEY: '', GOOGLE_API_KEY: '' },
    });
    expect([begun.report.run.status, begun.report.change.round]).toEqual(['degraded', 2]);
    const id = shortIdOf(first, leaks);
    expect(
      (await resolveRound(repository, first.runDir, `[{finding: ${id}, action: Skipped, reason: "No."}]`))
        .code,
    ).toBe(0);
    const before = changeOf(begun);
    const continued = await reviewRound(repository, input);
    expect(continued.runDir).toBe(begun.runDir);
    expect(changeOf(continued)).toEqual(before);
    expect(continued.report.run.status).toBe('complete');
    const reviews = continued.entries.filter(({ text }) => text.includes('finish_review'));
    expect(new Set(reviews.map(({ vendor }) => vendor))).toEqual(new Set(['google']));
    expect(continued.report.findings.map(({ shortId }) => shortId)).toContain(id);
  }, 180_000);

  test('counts no decision that a branch brought into the folder of a run', async () => {
    const folder = join(repository.scratch, 'brought');
    const input = { range, out: folder, told: { claude: [leaks] } };
    const first = await reviewRound(repository, input);
    const id = shortIdOf(first, leaks);
    const decision = { finding: id, action: 'Skipped', reason: 'Fine.', commit: null, by: null };
    const decidedAt = '2026-05-12T13:36:00.000Z';
    mkdirSync(join(first.runDir, 'resolve'));
    writeFileSync(
      join(first.runDir, 'resolve', 'decisions.json'),
      JSON.stringify({ schemaVersion: 1, decisions: [{ ...decision, decidedAt }] }),
    );
    repository.commit({ 'more.go': 'package probe\n\nvar brought int\n' }, 'Bring');
    const second = await reviewRound(repository, input);
    expect(second.report.findings.map(({ shortId }) => shortId)).toContain(id);
    expect(second.stderr).toMatch(/nothing decided in it counts: .*is not as this program wrote it/);
    expect(await resolveRound(repository, first.runDir, `[{finding: ${id}, action: Fixed}]`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not as this program wrote it'),
    });
  }, 180_000);

  test(
    'takes nothing from runs that this program did not make, that are damaged, or of another target',
    async () => {
      const elsewhere = join(repository.scratch, 'elsewhere');
      cpSync(out, elsewhere, { recursive: true });
      const copied = await reviewRound(repository, {
        range,
        out: elsewhere,
        told: { claude: [hidesReworded] },
      });
      expect(copied.report.change.round).toBe(1);
      expect(copied.stderr).toContain('it was not made here, so that nothing decided in it counts');
      const other = await reviewRound(repository, {
        range: 'main~1..topic~1',
        out,
        told: { claude: [leaks] },
      });
      expect(other.report.change.round).toBe(1);
      writeFileSync(
        join(roundOf(1).runDir, 'resolve', 'decisions.json'),
        '{"schemaVersion": 1, "decisions": [{}]}',
      );
      writeFileSync(join(roundOf(2).runDir, 'render', 'report.json'), '{');
      repository.commit({ 'more.go': 'package probe\n\nvar more int\n' }, 'More');
      const damaged = await reviewRound(repository, { range, out, told: { claude: [leaks] } });
      expect(damaged.report.change.round).toBe(6);
      expect(damaged.stderr).toMatch(/warning.*nothing decided in it counts/);
      expect(damaged.stderr).toMatch(/warning.*is passed over: .*report\.json is not JSON/);
    },
    3 * minutes,
  );
});
