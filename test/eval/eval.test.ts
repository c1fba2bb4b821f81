import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { makeReview } from '../support/finding-fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { clusterByJaccard, jaccard, wordsOf } from './jaccard.ts';
import { pairsTogether, toFinding } from './labelled-change.ts';
import { loadBench } from './load-bench.ts';
import { loadReports } from './load-reports.ts';
import { quotedLines } from './measure-drops.ts';
import type { Measured } from './row.ts';
import { runEval } from './run-eval.ts';

const leak = {
  title: '`watch` leaks a ticker',
  body: 'The ticker of `watch` is never stopped, so each call leaks one.',
};
const race = {
  title: 'Data race on `count`',
  body: 'Two goroutines write `count` without holding the mutex.',
};

function raw(id: string, text: typeof leak, file: string | null, startLine: number | null) {
  const severity = id.startsWith('C') ? 'critical' : 'important';
  return { id, severity, ...text, file, startLine, endLine: startLine, locations: [] };
}

function fate(agent: string, rawId: string, more: object) {
  return {
    agent,
    rawId,
    outcome: 'consolidated',
    target: 'I1',
    confidence: 'explicit',
    evidence: null,
    rawSeverity: 'important',
    ...more,
  };
}

const report = {
  report: 'r1',
  repo: 'owner/name',
  usable: true,
  raw: {
    claude: [raw('I1', leak, 'src/watch.go', 10), raw('I2', race, 'src/watch.go', 30)],
    codex: [raw('I1', leak, 'watch.go', 11)],
    gemini: [raw('C1', race, null, null), raw('I1', leak, 'src/watch.go', 12)],
  },
  consolidated: [
    { ...raw('I1', leak, 'src/watch.go', 10), agents: ['claude', 'codex'] },
    { ...raw('I2', race, 'src/watch.go', 30), agents: ['claude', 'gemini'] },
  ],
  mapping: [
    fate('claude', 'I1', {}),
    fate('claude', 'I2', { target: 'I2' }),
    fate('codex', 'I1', { confidence: 'inferred', evidence: 'content-strong .8' }),
    fate('gemini', 'C1', { outcome: 'dropped', target: null, rawSeverity: 'critical' }),
    fate('gemini', 'I1', { confidence: 'inferred', evidence: 'weak' }),
  ],
};

const candidate = (id: string, tool: string, text: string, repo: string) => ({
  kind: 'candidate',
  id,
  judge: 'j',
  pr: `pr of ${repo}`,
  repo,
  tool,
  text,
});

const bench = ['one', 'two'].flatMap((repo) => [
  { kind: 'golden', id: `${repo}/g0`, pr: `pr of ${repo}`, repo, text: 'x', severity: 'Low' },
  candidate(`${repo}:a`, 'claude', 'The ticker of watch is never stopped and leaks', repo),
  candidate(`${repo}:b`, 'gemini', 'watch never stops its ticker, which leaks', repo),
  candidate(`${repo}:c`, 'copilot', 'Two goroutines write count without a mutex', repo),
]);

const benchPairs = ['one', 'two'].flatMap((repo) =>
  (['pos', 'neg_strict', 'neg_implied'] as const).map((label, at) => ({
    judge: 'j',
    pr: `pr of ${repo}`,
    a: `${repo}:${['a', 'a', 'b'][at]}`,
    b: `${repo}:${['b', 'c', 'c'][at]}`,
    label,
  })),
);

function folderOf(files: Record<string, readonly object[]>): string {
  const folder = temporaryDirectory();
  for (const [name, lines] of Object.entries(files))
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return folder;
}

const sample = {
  'deep-review-reports.small.jsonl': [report, { ...report, report: 'r2', usable: false }],
  'code-review-bench.small.jsonl': bench,
  'code-review-bench.small-pairs.jsonl': benchPairs,
};

describe('the loaders', () => {
  test('label pairs of different reviewers by where they went, and complete the names of files', () => {
    const [loaded, ...others] = loadReports(join(folderOf(sample), 'deep-review-reports.small.jsonl'));
    expect(others).toEqual([]);
    expect(loaded?.findings.map((one) => [one.reviewer, one.id, one.locations])).toEqual([
      ['claude', 'I1', [{ path: 'src/watch.go', side: 'head', startLine: 10, endLine: 10 }]],
      ['claude', 'I2', [{ path: 'src/watch.go', side: 'head', startLine: 30, endLine: 30 }]],
      ['codex', 'I1', [{ path: 'src/watch.go', side: 'head', startLine: 11, endLine: 11 }]],
      ['gemini', 'C1', [{ path: 'src/watch.go', side: 'head', startLine: 1, endLine: 10_000_000 }]],
      ['gemini', 'I1', [{ path: 'src/watch.go', side: 'head', startLine: 12, endLine: 12 }]],
    ]);
    // Weakly told fates and pairs of one reviewer are left out.
    expect(loaded?.pairs).toEqual([
      { a: 0, b: 2, same: true, strict: false },
      { a: 0, b: 3, same: false, strict: true },
      { a: 1, b: 2, same: false, strict: false },
      { a: 1, b: 3, same: false, strict: true },
      { a: 2, b: 3, same: false, strict: false },
    ]);
    // What gemini rated of the second one is not known.
    expect(loaded?.rated).toEqual([
      {
        unit: 'r1',
        recorded: 'important',
        strict: false,
        ratings: ['claude', 'codex', 'gemini'].map((reviewer) => ({ reviewer, severity: 'important' })),
      },
    ]);
    expect(loaded?.outcomes).toEqual([
      'consolidated',
      'consolidated',
      'consolidated',
      'dropped',
      'consolidated',
    ]);
  });

  test('read the benchmark by pull request and judge', () => {
    const folder = folderOf(sample);
    const loaded = loadBench({
      candidates: join(folder, 'code-review-bench.small.jsonl'),
      pairs: join(folder, 'code-review-bench.small-pairs.jsonl'),
    });
    expect(loaded.map(({ unit, part, judge, pairs }) => ({ unit, part, judge, pairs }))).toEqual(
      ['one', 'two'].map((part) => ({
        unit: `pr of ${part}`,
        part,
        judge: 'j',
        pairs: [
          { a: 0, b: 1, same: true, strict: true },
          { a: 0, b: 2, same: false, strict: true },
          { a: 1, b: 2, same: false, strict: false },
        ],
      })),
    );
  });
});

describe('the baseline', () => {
  const finding = (reviewer: string, title: string) =>
    toFinding({ id: 'S1', reviewer, severity: 'suggestion', title, explanation: '', locations: [] });

  test('is the share of words, identifiers whole and in parts', () => {
    const [a, b] = [wordsOf(finding('a', 'The waitForPod leaks')), wordsOf(finding('b', 'pod leaks'))];
    expect([...a]).toEqual(['waitforpod', 'wait', 'pod', 'leaks']);
    expect(jaccard(a, b)).toBe(0.5);
    expect(jaccard(a, new Set())).toBe(0);
  });

  test('joins the likest first, and groups only when every pair across is like enough', () => {
    const findings = [
      finding('a', 'alpha beta gamma delta'),
      finding('b', 'alpha beta gamma'),
      finding('c', 'gamma delta'),
    ];
    const clusters = clusterByJaccard(findings, { threshold: 0.5, guard: 0.6 });
    expect(clusters.map(({ members }) => members)).toEqual([['a/S1', 'b/S1'], ['c/S1']]);
    const pairs = [
      { a: 0, b: 1, same: true, strict: true },
      { a: 0, b: 2, same: true, strict: true },
    ];
    expect(pairsTogether({ unit: '', part: '', judge: '', findings, pairs }, clusters)).toEqual([
      true,
      false,
    ]);
  });

  test('quotes are read from the block before the fix, without what leaves lines out', () => {
    const quote =
      '```go\nfoo( a,  b )\n\n// ... more\n}\nreturn  nil\n```\nText.\n**Fix:**\n```go\nother line\n```';
    expect(quotedLines({ claim: { ...finding('a', 'x').claim, explanation: quote } })).toEqual([
      'foo(a,b)',
      'returnnil',
    ]);
    expect(
      quotedLines({ claim: { ...finding('a', 'x').claim, explanation: '**Fix:**\n```go\nother line\n```' } }),
    ).toEqual([]);
  });
});

describe('npm run eval', () => {
  test('prints every row beside its baseline, the same each time, and ends with 1 for a missed target', () => {
    const folder = folderOf(sample);
    const outcome = runEval(['--data', folder, '--split', 'small', '--json']);
    const { rows, details } = JSON.parse(outcome.output) as Measured;
    const rowOf = (start: string) => rows.find(({ name }) => name.startsWith(start));
    expect(rowOf('recorded reviews, all pairs (L): 5 pairs, 1 same')).toMatchObject({
      baseline: 'F1 .667 (P .500, R 1.000)',
      reached: 'F1 .667 (P .500, R 1.000) [.667, .667], difference [.000, .000]',
      met: false,
    });
    expect(rowOf('recorded reviews, pairs stated (S): 2 pairs, 0 same')?.met).toBe(true);
    expect(rowOf('benchmark clusters')?.met).toBe(true);
    expect(rowOf('input shuffled')).toMatchObject({ reached: '0 differ', met: true });
    expect(rowOf('benchmark pairs, auto-merge zone (sure): certainty fitted to P .975')?.target).toBe(
      'P ≥ .97 at R ≥ .50',
    );
    expect(details.map(({ title }) => title)).toContain('Ablations of clustering');
    const bands = details.find(({ title }) => title.startsWith('Bands in force'))?.lines;
    const perBand = (name: string, counts: readonly number[]) =>
      ['sure', 'merge', 'ask', 'apart'].map((band, at) =>
        expect.stringMatching(new RegExp(`^${name} +${band} +${counts[at]} pairs, `)),
      );
    expect(bands).toEqual([
      ...perBand('recorded reviews', [2, 0, 0, 3]),
      ...perBand('benchmark, 3 reviewers', [2, 0, 0, 4]),
      ...perBand('benchmark, all reviewers', [2, 0, 0, 4]),
    ]);
    expect(outcome).toMatchObject({ error: '', exitCode: 1 });
    const untimed = (text: string) => text.split('\n').filter((line) => !/ ms |, in /.test(line));
    const again = runEval(['--data', folder, '--split', 'small']);
    expect(untimed(runEval(['--data', folder, '--split', 'small']).output)).toEqual(untimed(again.output));
    expect(again.output).toContain('✗ recorded reviews, all pairs (L)');
  });

  test('reads our own runs', () => {
    const folder = temporaryDirectory();
    const [review, clusters] = [join(folder, 'run', 'review'), join(folder, 'run', 'reconcile')];
    for (const path of [review, clusters]) mkdirSync(path, { recursive: true });
    const reviews = ['claude', 'gemini'].map((id) => makeReview(id, null, [{ id: 'I1', title: leak.title }]));
    for (const one of reviews) writeFileSync(join(review, `${one.reviewer.id}.json`), JSON.stringify(one));
    writeFileSync(join(clusters, 'clusters.json'), JSON.stringify(reconcile({ reviews })));
    const outcome = runEval(['--data', folder]);
    expect(outcome.output).toContain('✓ own runs: every finding in one fate, 1 runs');
    expect(outcome.output).toContain('2 findings (0 refused for their quotes, 0 of the guard), 1 clusters');
    expect(outcome.exitCode).toBe(0);
    writeFileSync(join(review, 'codex.json'), '{"schemaVersion":1}');
    expect(runEval(['--data', folder])).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('codex.json'),
    });
  });

  test('ends with 2 and says what it needs without data, or with data that do not fit', () => {
    const needs = 'deep-review-reports.SPLIT.jsonl';
    const refused = (words: string[], text: string) =>
      expect(runEval(words)).toEqual({ output: '', exitCode: 2, error: expect.stringContaining(text) });
    refused([], needs);
    refused(['--data', join(temporaryDirectory(), 'none')], needs);
    refused(['--data', folderOf(sample)], 'nothing to evaluate');
    refused(['--data', folderOf(sample), '--split', 'small', '--fast'], '--split NAME');
    refused(['--data', folderOf({ 'code-review-bench.dev.jsonl': bench })], 'has only one of');
    refused(
      ['--data', folderOf({ 'deep-review-reports.dev.jsonl': [report, { report: 'r3' }] })],
      'dev.jsonl:2 ',
    );
    const strange = { ...benchPairs[0], a: 'nobody' };
    refused(
      [
        '--data',
        folderOf({ ...sample, 'code-review-bench.small-pairs.jsonl': [strange] }),
        '--split',
        'small',
      ],
      'names nobody',
    );
  });
});
