import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { conclude } from '../../src/action/conclude.ts';
import { actionInputs, actionOutputs } from '../../src/action/metadata.ts';
import { readInputs } from '../../src/action/read-inputs.ts';
import { DeepReviewError } from '../../src/errors.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const defaults: Record<string, string> = Object.fromEntries(
  actionInputs.map((input) => [input.name, input.default]),
);

function inputsOf(given: Record<string, string>) {
  return readInputs((name) => given[name] ?? defaults[name] ?? '');
}

/** The message and the hint of what is refused. */
function refusalOf(given: Record<string, string>): string {
  try {
    inputsOf(given);
  } catch (cause) {
    if (cause instanceof DeepReviewError) return `${cause.exitCode}: ${cause.message} (${cause.hint})`;
    throw cause;
  }
  return 'accepted';
}

describe('the metadata of the Action', () => {
  const metadata = parse(read('action.yml'));

  test('names the inputs and outputs that the code has, with their words and defaults', () => {
    expect(metadata.inputs).toEqual(
      Object.fromEntries(
        actionInputs.map(({ name, text, default: value }) => [
          name,
          { description: text, required: false, default: value },
        ]),
      ),
    );
    expect(metadata.outputs).toEqual(
      Object.fromEntries(actionOutputs.map(({ name, text }) => [name, { description: text }])),
    );
    expect(metadata.runs).toEqual({ using: 'node24', main: 'dist/action/index.mjs' });
  });

  test('declares no input that nothing reads, and no output that nothing sets', () => {
    const asked = new Set<string>();
    readInputs((name) => {
      asked.add(name);
      return defaults[name] ?? '';
    });
    expect([...asked].sort()).toEqual(actionInputs.map(({ name }) => name).sort());
    const code = ['outputs.ts', 'run-action.ts'].map((file) => read(`src/action/${file}`)).join('');
    const set = [...`${code}${read('src/action.ts')}`.matchAll(/setOutput\('([^']+)'/g)].map(
      ([, name]) => name,
    );
    expect([...new Set(set)].sort()).toEqual(actionOutputs.map(({ name }) => name as string).sort());
  });
});

describe('inputs', () => {
  test('as they are by default', () => {
    expect(inputsOf({ 'github-token': '' })).toEqual({
      mode: 'review',
      pullRequest: null,
      secrets: {},
      reviewers: null,
      config: null,
      post: ['summary', 'inline', 'check'],
      failOn: 'never',
      failOnIncomplete: false,
      maxCost: null,
      timeoutMinutes: null,
      stage: null,
      reviewer: null,
      runDirectory: null,
      earlierRun: null,
      rules: {
        includeDrafts: false,
        allowBots: [],
        skipLabel: 'skip-review',
        skipTitlePattern: '\\[skip review\\]',
        authorAssociations: [],
      },
    });
  });

  test('each given, with quotes, blanks and capitals that YAML and people leave', () => {
    expect(
      inputsOf({
        mode: 'stage',
        stage: 'review',
        reviewer: 'codex',
        'run-directory': 'run',
        'earlier-run': ' our reviews-12 ',
        'pull-request': '#12',
        'github-token': ' ghs_x\n',
        'gemini-api-key': 'g',
        reviewers: 'claude, codex\nchecks,',
        config: 'ci/own.yml',
        post: 'check, summary,check',
        'fail-on': 'important',
        'fail-on-incomplete': "'TRUE'",
        'max-cost': '2.50',
        'timeout-minutes': '20',
        'include-drafts': '"true"',
        'allow-bots': 'Renovate[bot]',
        'skip-label': '',
        'skip-title-pattern': '',
        'author-associations': 'owner,member',
      }),
    ).toEqual({
      mode: 'stage',
      pullRequest: 12,
      secrets: { GITHUB_TOKEN: 'ghs_x', GEMINI_API_KEY: 'g' },
      reviewers: ['claude', 'codex', 'checks'],
      config: 'ci/own.yml',
      post: ['check', 'summary'],
      failOn: 'important',
      failOnIncomplete: true,
      maxCost: 2.5,
      timeoutMinutes: 20,
      stage: 'review',
      reviewer: 'codex',
      runDirectory: 'run',
      earlierRun: 'our reviews-12',
      rules: {
        includeDrafts: true,
        allowBots: ['renovate[bot]'],
        skipLabel: null,
        skipTitlePattern: null,
        authorAssociations: ['OWNER', 'MEMBER'],
      },
    });
    expect(inputsOf({ post: 'none' }).post).toEqual([]);
  });

  test.each<[Record<string, string>, string]>([
    [{ mode: 'watch' }, '2: the input mode is "watch" (write one of review, stage, publish, answer)'],
    [{ 'pull-request': '0x7' }, '2: the input pull-request is "0x7" (write a number, such as 12)'],
    [
      { 'fail-on': 'high' },
      '2: the input fail-on is "high" (write one of critical, important, suggestion, never)',
    ],
    [{ 'include-drafts': 'yes' }, '2: the input include-drafts is "yes" (write true or false)'],
    [{ post: 'approve' }, '2: the input post is "approve" (write one of summary, inline, check)'],
    [{ 'max-cost': '-1' }, '2: the input max-cost is "-1" (write a number above 0, such as 7.5)'],
    [{ 'author-associations': 'FRIEND' }, '2: the input author-associations is "FRIEND" (write one of '],
    [{ 'earlier-run': 'a/b' }, '2: the input earlier-run is "a/b" (write the name of an artifact, such as '],
    [{ mode: 'stage' }, '2: mode stage needs the input stage (give both'],
    [{ stage: 'verify' }, '2: the input stage has no effect in mode review (give both'],
    [{ mode: 'publish' }, '2: mode publish needs the input run-directory (it is an output'],
    [
      { mode: 'publish', 'run-directory': 'r', post: 'none' },
      '2: mode publish posts, and the input post is "none" (name what',
    ],
    [{ mode: 'stage', stage: 'verify' }, '2: mode stage needs the input run-directory (it is an output'],
  ])('%j is refused by name', (given, message) => {
    expect(refusalOf(given).slice(0, message.length)).toBe(message);
  });
});

test('a step ends as the table says', () => {
  const rows = [0, 1, 2, 3, 4, 130].map((code) =>
    [true, false].map((failOnIncomplete) =>
      conclude(code, { hasReport: true, isUnposted: false, failOnIncomplete }),
    ),
  );
  const ending = (conclusion: string, fails: boolean) => ({ conclusion, fails });
  expect(rows).toEqual([
    [ending('success', false), ending('success', false)],
    [ending('findings', true), ending('findings', true)],
    [ending('error', true), ending('error', true)],
    [ending('incomplete', true), ending('incomplete', false)],
    [ending('failed', true), ending('failed', false)],
    [ending('cancelled', true), ending('cancelled', true)],
  ]);
  for (const given of [
    { hasReport: false, isUnposted: false, failOnIncomplete: false },
    { hasReport: true, isUnposted: true, failOnIncomplete: false },
  ])
    expect(conclude(4, given)).toEqual(ending('error', true));
});
