import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadReviewContext } from '../../../src/agent/prompt/review-context.ts';
import { UsageError } from '../../../src/errors.ts';
import { listCases, loadCase } from '../generate/create-case.ts';
import { ablate, copyPackageWithout, listDimensions } from './ablate.ts';
import { evaluate } from './evaluate.ts';
import { printTables } from './print-tables.ts';
import { readOptions } from './read-options.ts';
import {
  compareAnswers,
  listScriptedCases,
  loadOutcome,
  loadSessions,
  type RecordedAnswer,
} from './scripted-sessions.ts';

const never = new AbortController().signal;

describe('the options', () => {
  test('ask the checks about every case, and play the scripted sessions, unless told otherwise', () => {
    expect(readOptions([])).toEqual({
      help: false,
      cases: listCases(),
      checks: true,
      models: [],
      scripted: true,
      json: false,
      out: null,
      ablate: false,
      record: false,
    });
    expect(readOptions(['--reviewers', 'gemini,claude', '--cases', 'clean-revert'])).toMatchObject({
      cases: ['clean-revert'],
      checks: false,
      models: ['claude', 'gemini'],
      scripted: false,
    });
  });

  test.each([
    [['--cases', 'clean-revert,none'], 'there is no case "none"'],
    [['--cases', ','], 'no case is named'],
    [['--reviewers', 'gpt'], 'there is no reviewer "gpt"'],
    [['--reviewers', ''], 'no reviewer is named'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuse %j', (words, message) => {
    expect(() => readOptions(words)).toThrow(UsageError);
    expect(() => readOptions(words)).toThrow(message);
  });
});

describe('scripted sessions', () => {
  test('go through the whole and come to the outcome that was written down, under a label that says what they are', async () => {
    const options = readOptions([
      '--reviewers',
      'scripted',
      '--cases',
      'go-sweep-upstream,ts-refund-webhook',
    ]);
    const evaluation = await evaluate(options, never);
    expect(evaluation.live).toEqual([]);
    expect(evaluation.scripted.map(({ case: name, unexpected }) => [name, unexpected])).toEqual([
      ['go-sweep-upstream', []],
      ['ts-refund-webhook', []],
    ]);
    const [first] = evaluation.scripted;
    const found = first?.reviewers.map(({ reviewer, status, score }) => [
      reviewer,
      status,
      score.found.map(({ expected }) => expected.id),
    ]);
    const all = ['unknown-counts-as-withdrawn', 'failed-delete-not-reported', 'fetch-without-timeout'];
    expect(found).toEqual([
      ['claude', 'completed', all],
      ['codex', 'completed', all.slice(0, 1)],
      ['gemini', 'completed', []],
      ['report', null, all],
    ]);
    const printed = printTables(evaluation);
    expect(printed).toContain('## scripted: no results');
    expect(printed).toContain('| scripted claude ');
    expect(printed).not.toContain('## Results');
  }, 60_000);

  test('name the turn and the call of a tool that answers otherwise', () => {
    const answers = loadSessions('go-sweep-upstream')?.answers.get('codex') ?? [];
    expect(answers.length).toBeGreaterThan(5);
    expect(compareAnswers('codex', answers, answers)).toEqual([]);
    const [changed, ...rest] = answers as [RecordedAnswer, ...RecordedAnswer[]];
    const lost = rest.slice(0, -1);
    const live = [{ ...changed, sha256: '0'.repeat(16) }, ...lost, { ...changed, turn: 99 }];
    const { tool, turn, call } = rest.at(-1) as RecordedAnswer;
    expect(compareAnswers('codex', answers, live)).toEqual([
      { reviewer: 'codex', turn: 1, call: 1, tool: 'diff', change: 'answers otherwise' },
      { reviewer: 'codex', turn, call, tool, change: 'was not called' },
      { reviewer: 'codex', turn: 99, call: 1, tool: 'diff', change: 'is not recorded' },
    ]);
  });

  test('are there for at least six cases, each with an outcome that speaks of its defects', () => {
    const names = listScriptedCases();
    expect(names.length).toBeGreaterThanOrEqual(6);
    for (const name of names) {
      const ids = loadCase(name).expected.map(({ id }) => id);
      for (const { found, missed } of Object.values(loadOutcome(name)))
        expect([...Object.keys(found), ...missed].sort()).toEqual([...ids].sort());
    }
  });
});

describe('leaving out a dimension', () => {
  test('makes a package without that file and otherwise the same', async () => {
    const [dimension = ''] = listDimensions();
    const copy = copyPackageWithout(dimension, 'test/cases/run/eval-cases.ts');
    onTestFinished(() => rmSync(copy.directory, { recursive: true, force: true }));
    const whole = await loadReviewContext('context');
    const context = await loadReviewContext(join(copy.directory, 'context'));
    const left = `${dimension.replace(/\.md$/, '')}`;
    expect(context.dimensions.map(({ name }) => name)).toEqual(
      whole.dimensions.map(({ name }) => name).filter((name) => name !== left),
    );
    expect(existsSync(join(copy.directory, 'templates'))).toBe(true);
    expect(readFileSync(copy.script, 'utf8')).toContain('eval:cases');
  });

  test('needs a model with a key, and says so', async () => {
    const options = { ...readOptions(['--reviewers', 'claude']), cases: [] };
    const evaluation = { clean: 0, cases: 0, live: [], withoutKey: ['claude' as const], scripted: [] };
    expect(await ablate(options, evaluation, never)).toEqual({ rows: [], text: 'ablation: n/a: no keys\n' });
    expect(printTables(evaluation)).toContain('claude: n/a: no key\n');
  });
});
