import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { letterOrder } from '../../src/agent/consolidate/check/prose-facts.ts';
import { Consolidation } from '../../src/domain/consolidation.ts';
import { Report } from '../../src/domain/report.ts';
import { RunManifest } from '../../src/domain/run.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import type { JournalEntry } from '../servers/model/journal.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript, ScriptTurn } from '../servers/model/script.ts';
import { createGitFixture } from '../support/git-fixture.ts';
import {
  createReviewedChange,
  type DefaultReviewer,
  defaultModels,
  findDefect,
  finishReview,
  type ReviewedChange,
  scriptOf,
} from '../support/reviewed-change.ts';
import { runCli } from '../support/run-cli.ts';
import { serverCost } from '../support/server-cost.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const minutes = 60_000;
const ids = ['claude', 'codex', 'gemini'] as const;
let change: ReviewedChange;
/** Letter of each reviewer in what the writer is told. */
let letters: Record<DefaultReviewer, string>;
beforeAll(() => {
  change = createReviewedChange();
  const order = letterOrder(ids, (id) => id, change.range.split('..')[1] ?? '');
  const letterOf = (id: DefaultReviewer) => 'ABC'.charAt(order.indexOf(id));
  letters = { claude: letterOf('claude'), codex: letterOf('codex'), gemini: letterOf('gemini') };
});
afterAll(() => change.repository.remove());

interface Prose {
  executiveSummary?: string;
  recommendation?: string;
  retro?: { reviewer: string; text: string }[];
  closing?: string;
}

function goodProse(): Required<Prose> {
  return {
    executiveSummary: `In \`probe.go:8-10\` a failed look-up counts as an answer (I1). [${letters.claude}] and [${letters.codex}] saw it.`,
    recommendation: 'I1 hides an error from every caller.',
    retro: ids.map((id) => ({ reviewer: letters[id], text: `[${letters[id]}] saw I1 as the others did.` })),
    closing: 'All three reviewers raised I1.',
  };
}

function submit(prose: Prose): ScriptTurn {
  return { toolCalls: [{ name: 'submit_consolidation', arguments: { ...prose } }] };
}

/** All three report the defect; whoever has turns writes as they say. */
function script(writers: Partial<Record<DefaultReviewer, readonly ScriptTurn[]>>): ModelScript {
  const reviews = scriptOf({
    claude: [findDefect, finishReview],
    codex: [findDefect, finishReview],
    gemini: [findDefect, finishReview],
  });
  const sessions = Object.entries(writers).map(([id, turns]) => ({
    name: `${id}-writes`,
    match: { model: defaultModels[id as DefaultReviewer], tool: 'submit_consolidation' },
    turns,
  }));
  return { ...reviews, sessions: [...sessions, ...reviews.sessions] };
}

interface Reviewed {
  code: number | null;
  runDir: string;
  report: Report;
  consolidation: Consolidation | null;
  html: string;
  markdown: string;
  entries: readonly JournalEntry[];
}

async function review(
  played: ModelScript,
  words: readonly string[] = [],
  { out = '', config = '', of = change }: { out?: string; config?: string; of?: ReviewedChange } = {},
): Promise<Reviewed> {
  const server = await startModelServer({ script: played });
  try {
    const own = config === '' ? ['--no-config'] : ['--config', config];
    const flags = [
      '--json',
      '--fail-on',
      'never',
      '--out',
      out || temporaryDirectory(),
      '--reviewers',
      ids.join(','),
      ...own,
    ];
    const result = await runCli(['review', '--range', of.range, ...flags, ...words], {
      cwd: of.repository.directory,
      home: of.repository.scratch,
      env: serverVariables(server.url),
    });
    if (result.stdout === '') throw new Error(result.stderr);
    return { code: result.code, ...readRun(result.stdout), entries: server.journal.entries };
  } finally {
    await server.close();
  }
}

function readRun(stdout: string): Omit<Reviewed, 'code' | 'entries'> {
  const { runDir, files } = JSON.parse(stdout);
  const path = join(runDir, 'reconcile', 'consolidation.json');
  return {
    runDir,
    report: Report.parse(JSON.parse(readFileSync(files.json, 'utf8'))),
    consolidation: existsSync(path) ? Consolidation.parse(JSON.parse(readFileSync(path, 'utf8'))) : null,
    html: readFileSync(files.html, 'utf8'),
    markdown: readFileSync(files.markdown, 'utf8'),
  };
}

function writing({ entries }: Pick<Reviewed, 'entries'>): JournalEntry[] {
  return entries.filter(({ text }) => text.includes('submit_consolidation'));
}

/** The sentences of a report of the same review that no model wrote. */
function sentencesOf({ recommendation, executiveSummary, retro }: Report) {
  const paragraphs = retro.paragraphs.map(({ text }) => text.replace(/\$[\d.]+/g, '$'));
  return { recommendation, executiveSummary, paragraphs, closing: retro.closing };
}

describe('prose that a model writes', () => {
  let run: Reviewed;
  let out: string;
  beforeAll(async () => {
    out = join(change.repository.scratch, 'written');
    run = await review(script({ claude: [submit(goodProse())] }), [], { out });
  }, 2 * minutes);

  test('stands in the report with the reviewers’ names, and the report says whose it is', () => {
    const { report, html, markdown } = run;
    expect(sentencesOf(report)).toEqual({
      executiveSummary:
        'In `probe.go:8-10` a failed look-up counts as an answer (I1). Claude and Codex saw it.',
      recommendation: { value: 'merge-with-fixes', sentence: 'I1 hides an error from every caller.' },
      paragraphs: ['Claude', 'Codex', 'Gemini'].map((name) => `${name} saw I1 as the others did.`),
      closing: 'All three reviewers raised I1.',
    });
    expect(report.prose).toEqual({
      writer: 'claude',
      executiveSummary: true,
      recommendation: true,
      retro: [...ids],
      closing: true,
    });
    expect(report.run.notices).toEqual([]);
    for (const face of [html, markdown])
      expect(face.match(/Written by Claude from the computed figures\./g)).toHaveLength(2);
  });

  test('was asked for without saying who reviewed, and is paid out of the budget', () => {
    const [request, ...more] = writing(run);
    expect(more).toEqual([]);
    const said = JSON.stringify({ ...request?.body, model: '' }).toLowerCase();
    for (const name of [...ids, 'anthropic', 'openai', 'google', ...Object.values(defaultModels)])
      expect(said).not.toContain(name);
    expect(said).toContain('an error of inspect becomes');
    const { stageCosts, costUsd } = run.report.run;
    expect(stageCosts.at(-1)).toEqual({
      stage: 'render',
      costUsd: expect.closeTo(serverCost(writing(run)), 9),
    });
    expect(costUsd).toBeCloseTo(serverCost(run.entries), 9);
    const manifest = RunManifest.parse(JSON.parse(readFileSync(join(run.runDir, 'run.json'), 'utf8')));
    expect(manifest.stages.at(-1)).toMatchObject({ stage: 'render', costUsd: stageCosts.at(-1)?.costUsd });
    expect(Object.keys(manifest.units)).toContain('reconcile/consolidation.json');
  });

  test(
    'is never paid twice',
    async () => {
      const again = await review(script({}), ['--from', 'verify'], { out });
      expect(again.runDir).toBe(run.runDir);
      expect(again.entries).toEqual([]);
      expect(sentencesOf(again.report)).toEqual(sentencesOf(run.report));
      expect(again.report.run.costUsd).toBe(run.report.run.costUsd);
    },
    2 * minutes,
  );

  test(
    'is said again by a replay, without a key',
    async () => {
      const result = await runCli(
        ['review', '--replay', run.runDir, '--json', '--fail-on', 'never', '--out', temporaryDirectory()],
        {
          cwd: change.repository.directory,
          home: change.repository.scratch,
        },
      );
      expect(JSON.parse(result.stdout).differences).toEqual([]);
      const { report } = readRun(result.stdout);
      expect(sentencesOf(report)).toEqual(sentencesOf(run.report));
      expect(report.prose).toEqual(run.report.prose);
    },
    2 * minutes,
  );
});

describe('where a model’s prose cannot be taken', () => {
  let computed: Report;
  let failed: Reviewed;
  const denied: ScriptTurn = {
    faults: [{ kind: 'status', status: 401, message: 'no such key' }],
    faultsForever: true,
  };
  beforeAll(async () => {
    const out = join(change.repository.scratch, 'failed');
    failed = await review(script({ claude: [denied], codex: [denied], gemini: [denied] }), [], { out });
    computed = failed.report;
  }, 2 * minutes);

  test('every sentence is computed when nobody can be asked, and one notice says so', () => {
    expect(failed.report.run.notices).toEqual([
      expect.stringMatching(
        /^Claude, Codex and Gemini were asked to write the report’s texts and did not end \(failed: .*401.*\): they are computed\.$/,
      ),
    ]);
    expect(failed.report.prose).toMatchObject({
      executiveSummary: false,
      recommendation: false,
      retro: [],
      closing: false,
    });
    expect(failed.consolidation).toMatchObject({
      writer: 'gemini',
      tried: [{ writer: 'claude' }, { writer: 'codex' }],
      session: { status: 'failed' },
    });
    expect(failed.report.ledger.entries).toHaveLength(3);
    expect(failed.code).toBe(0);
    for (const face of [failed.html, failed.markdown])
      expect(face.match(/Computed from the figures\./g)).toHaveLength(2);
  });

  test(
    'the next model is asked when the first could never answer',
    async () => {
      const run = await review(script({ claude: [denied], codex: [submit(goodProse())] }));
      expect(run.report.prose?.writer).toBe('codex');
      expect(run.report.executiveSummary).toContain('a failed look-up');
      expect(run.report.run.notices).toEqual([
        expect.stringMatching(
          /^Claude could not be asked to write the report’s texts \(.*401.*\); Codex wrote them\.$/,
        ),
      ]);
      expect(run.report.run.costUsd).toBeCloseTo(serverCost(run.entries), 9);
    },
    2 * minutes,
  );

  test(
    'texts that contradict the report are left out with their reasons, the others stay',
    async () => {
      const wrong: Prose = {
        executiveSummary: 'The critical I1 hides an error, and so does I4.',
        recommendation: 'It can be merged as it is.',
        retro: [
          { reviewer: letters.claude, text: 'Claude saw five important findings.' },
          {
            reviewer: letters.codex,
            text: `[${letters.codex}] saw I1; see https://example.com/ and ask @them.`,
          },
        ],
        closing: 'All three reviewers raised I1.',
      };
      const run = await review(
        script({ claude: [submit(wrong), submit(wrong), submit({ ...wrong, closing: '' })] }),
      );
      const { closing, ...others } = sentencesOf(run.report);
      expect(closing).toBe('All three reviewers raised I1.');
      expect(others).toEqual({ ...sentencesOf(computed), closing: undefined });
      expect(run.consolidation?.refused).toEqual([
        {
          part: 'executive-summary',
          reviewer: null,
          text: wrong.executiveSummary,
          reasons: [
            '`I4` is the id of no finding in the list.',
            'a sentence says "critical" beside I1, which it is not true of.',
          ],
        },
        {
          part: 'recommendation',
          reviewer: null,
          text: wrong.recommendation,
          reasons: [expect.stringContaining('"merged" says something about taking the change')],
        },
        ...[
          { reviewer: 'claude', reasons: ['"Claude" is a name', '"five important findings" is no figure'] },
          { reviewer: 'codex', reasons: ['it has an address', 'it mentions somebody'] },
        ]
          .toSorted((a, b) =>
            letters[a.reviewer as DefaultReviewer] < letters[b.reviewer as DefaultReviewer] ? -1 : 1,
          )
          .map(({ reviewer, reasons }) => ({
            part: 'retro',
            reviewer,
            text: expect.any(String),
            reasons: expect.arrayContaining(reasons.map((reason) => expect.stringContaining(reason))),
          })),
      ]);
      expect(run.report.run.notices).toEqual([
        expect.stringMatching(
          /^Claude wrote the report’s texts, but the executive summary, the sentence of the recommendation, the paragraph on Claude, the paragraph on Codex and the paragraph on Gemini are computed: what it handed in could not be taken \(`I4` is the id of no finding in the list\)\.$/,
        ),
      ]);
      expect(writing(run)).toHaveLength(3);
      for (const face of [run.html, run.markdown])
        expect(face).toContain(
          'Written by Claude from the computed figures; computed: the paragraph on Claude, the paragraph on Codex and the paragraph on Gemini.',
        );
    },
    2 * minutes,
  );

  test(
    'one that stops without handing in leaves every sentence computed',
    async () => {
      const chat: ScriptTurn = { text: 'The change is fine.' };
      const run = await review(script({ claude: [chat, chat] }));
      expect(sentencesOf(run.report)).toEqual(sentencesOf(computed));
      expect(run.report.run.notices).toEqual([
        'Claude was asked to write the report’s texts and did not end (partial: the model stopped without submit_consolidation): they are computed.',
      ]);
      expect(writing(run).map(({ vendor }) => vendor)).toEqual(['anthropic', 'anthropic']);
    },
    2 * minutes,
  );

  test(
    'nobody is asked beyond the share of the budget, and it is said',
    async () => {
      const run = await review(script({}), ['--max-cost', '0.6']);
      expect(writing(run)).toEqual([]);
      expect(run.report.prose).toMatchObject({ executiveSummary: false, closing: false, retro: [] });
      expect(run.report.run.notices).toEqual([
        expect.stringMatching(
          /^Claude was asked to write the report’s texts .*limit of .*: they are computed\.$/,
        ),
      ]);
    },
    2 * minutes,
  );
});

test(
  'what a rule keeps from a vendor is not told to its model, also when a finding elsewhere speaks of it',
  async () => {
    const repository = createGitFixture();
    const base = repository.commit(
      { 'probe.go': 'package probe\n', 'view.go': 'package probe\n\nconst other = 1\n' },
      'Begin',
    );
    const head = repository.commit(
      {
        'probe.go': 'package probe\n\nfunc Hidden() string { return "kept words" }\n',
        'view.go': 'package probe\n\nfunc View() string { return Hidden() }\n\nfunc Plain() {}\n',
      },
      'Show what is hidden',
    );
    const of = { repository, range: `${base}..${head}` };
    const config = join(repository.scratch, 'egress.yml');
    writeFileSync(config, 'egress:\n  - {paths: [probe.go], to: [openai, google]}\n');
    const report = (title: string, path: string, [line, quote]: [number, string], explanation: string) => ({
      name: 'report_finding',
      arguments: {
        severity: 'important',
        title,
        locations: [{ path, startLine: line, endLine: line }],
        quote,
        explanation,
      },
    });
    const hidden = 'func Hidden() string { return "kept words" }';
    const found = [
      report('Secret words are returned', 'probe.go', [3, hidden], 'Nobody may know.'),
      report(
        'The view shows too much',
        'view.go',
        [3, 'func View() string { return Hidden() }'],
        `It has ${hidden}.`,
      ),
      report('An empty function is exported', 'view.go', [5, 'func Plain() {}'], 'Nobody calls it.'),
    ];
    const read = { toolCalls: [{ name: 'read_file', arguments: { path: 'view.go' } }] };
    const reviews = scriptOf({
      claude: [read, finishReview, finishReview],
      codex: [read, { toolCalls: found }, finishReview, finishReview],
      gemini: [read, finishReview, finishReview],
    });
    try {
      const run = await review(reviews, [], { config, of });
      const [request, ...more] = writing(run);
      expect(more).toEqual([]);
      expect(request?.vendor).toBe('anthropic');
      for (const words of ['Secret words', 'Nobody may know', 'shows too much', 'kept words', 'probe.go'])
        expect(request?.text).not.toContain(words);
      expect(request?.text).toContain('An empty function is exported');
      expect(request?.text.match(/its text is not shown to you/g)).toHaveLength(2);
      const labelOf = (title: string) => run.report.findings.find((one) => one.title === title)?.label;
      expect(run.consolidation).toMatchObject({
        writer: 'claude',
        withheld: [labelOf('Secret words are returned'), labelOf('The view shows too much')],
      });
    } finally {
      repository.remove();
    }
  },
  2 * minutes,
);

test(
  'with programs alone nobody is asked, and nothing is missing',
  async () => {
    const result = await runCli(
      [
        'review',
        '--range',
        change.range,
        '--reviewers',
        'checks',
        '--no-config',
        '--json',
        '--fail-on',
        'never',
        '--out',
        temporaryDirectory(),
      ],
      { cwd: change.repository.directory, home: change.repository.scratch },
    );
    const { report, consolidation, markdown } = readRun(result.stdout);
    expect({ prose: report.prose, consolidation, notices: report.run.notices }).toEqual({
      prose: null,
      consolidation: null,
      notices: [],
    });
    expect(report.run.stageCosts.map(({ stage }) => stage)).not.toContain('render');
    expect(markdown.match(/Computed from the figures\./g)).toHaveLength(2);
  },
  minutes,
);
