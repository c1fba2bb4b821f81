import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../src/checks/load-rules.ts';
import type { Rule } from '../../src/checks/rule.ts';
import { runRules } from '../../src/checks/run-rules.ts';
import { collectChange } from '../../src/collect/collect-change.ts';
import type { Change } from '../../src/domain/change.ts';
import { createLocalSource } from '../../src/forge/local/local-source.ts';
import type { ObjectRepository } from '../../src/git/object-repository.ts';
import type { FixtureContent } from '../support/git-fixture.ts';
import { useGitWorkshop } from '../support/git-open.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const workshop = useGitWorkshop();
const going = new AbortController().signal;

const callRule = (id: string, name: string, more = '') => `id: ${id}
language: go
message: '\`${name}\` is called with $ARGUMENTS'
rule: { kind: call_expression, all: [{ has: { field: function, regex: '^${name}$' } }, { has: { field: arguments, pattern: $ARGUMENTS } }] }
metadata:
  severity: important
  kind: gap
  category: correctness
  why: It is wrong to call with $ARGUMENTS.
  scenario: Somebody does.
  fix: Leave it out.
  confidence: 0.8
${more}`;

async function rulesOf(...texts: string[]): Promise<Rule[]> {
  const directory = join(temporaryDirectory(), 'rules');
  mkdirSync(directory);
  for (const [index, text] of texts.entries()) writeFileSync(join(directory, `${index}.yml`), text);
  return loadRules(directory);
}

type Files = Record<string, FixtureContent>;

async function changeOf(before: Files, after: Files) {
  const fixture = workshop.fixture();
  fixture.commit({ 'README.md': 'about\n', ...before });
  fixture.commit(after);
  const repository = await workshop.open(fixture);
  const target = await createLocalSource({
    repository,
    target: { kind: 'range', range: 'HEAD~1..HEAD' },
  }).resolve(going);
  return { repository, ...(await collectChange({ repository, target, round: 1, signal: going })) };
}

async function check(before: Files, after: Files, ...texts: string[]) {
  const { repository, change } = await changeOf(before, after);
  const rules = await rulesOf(...(texts.length === 0 ? [callRule('no-bad', 'bad')] : texts));
  return runRules({ repository, change, rules, signal: going });
}

const go = (...lines: string[]) =>
  ['package p', '', 'func f() {', ...lines.map((line) => `\t${line}`), '}', ''].join('\n');
const places = ({ claims }: Awaited<ReturnType<typeof check>>) =>
  claims.map(({ locations: [place] }) => `${place?.path}:${place?.startLine}`);

describe('a hit', () => {
  test('is claimed with its lines, its quote and what was captured', async () => {
    const { claims } = await check({}, { 'a.go': go('bad(`one`,', '\t2)') });
    expect(claims).toEqual([
      {
        severity: 'important',
        kind: 'gap',
        category: 'correctness',
        title: "`bad` is called with ('one', 2)",
        locations: [{ path: 'a.go', startLine: 4, endLine: 5, side: 'head' }],
        quote: '\tbad(`one`,\n\t\t2)',
        absent: false,
        explanation: "It is wrong to call with ('one', 2).",
        scenario: 'Somebody does.',
        fix: { text: 'Leave it out.', diff: '' },
        confidence: 0.8,
        replaces: '',
      },
    ]);
  });

  test('of many lines quotes the first twenty', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => `\t${n},`);
    const { claims } = await check({}, { 'a.go': go('bad(', ...lines, ')') });
    expect(claims.map(({ quote, locations }) => [quote.split('\n').length, locations[0]?.endLine])).toEqual([
      [20, 45],
    ]);
  });

  test('in a rule that is off is none', async () => {
    const off = callRule('no-bad', 'bad', '  enabled: false\n');
    expect(places(await check({}, { 'a.go': go('bad(1)') }, off))).toEqual([]);
  });

  test('comes once where rules of a family meet, from the highest rank', async () => {
    const family = (id: string, rank: number) =>
      callRule(id, 'bad', `  family: bad\n  rank: ${rank}\n`).replace(
        'important',
        rank === 2 ? 'critical' : 'suggestion',
      );
    const { claims } = await check(
      {},
      { 'a.go': go('bad(1)') },
      family('a-low', 1),
      family('b-high', 2),
      callRule('c-other', 'bad'),
    );
    expect(claims.map(({ severity }) => severity)).toEqual(['critical', 'important']);
  });

  test('comes once where two rules of a family have one rank, from the first id', async () => {
    const family = (id: string, severity: string) =>
      callRule(id, 'bad', '  family: bad\n').replace('important', severity);
    const { claims } = await check(
      {},
      { 'a.go': go('bad(1)') },
      family('b', 'critical'),
      family('a', 'suggestion'),
    );
    expect(claims.map(({ severity }) => severity)).toEqual(['suggestion']);
  });
});

describe('what stood before', () => {
  test('is one observation for each rule, with its places', async () => {
    const before = { 'a.go': go('bad(1)', 'good()', 'worse(1)'), 'b.go': go('bad(2)') };
    const after = { 'a.go': go('bad(1)', 'fine()', 'bad(3)', 'worse(1)'), 'b.go': go('bad(2)', 'fine()') };
    const result = await check(before, after, callRule('no-bad', 'bad'), callRule('no-worse', 'worse'));
    expect(places(result)).toEqual(['a.go:6']);
    expect(result.finish.designObservations).toEqual([
      {
        kind: 'concern',
        scope: 'future',
        title: '`bad` is called with …: 2 older places',
        text: 'The rule `no-bad` also hits code in the changed files that stood there before: `a.go:4`, `b.go:4`. It is wrong to call with ….',
      },
      {
        kind: 'concern',
        scope: 'future',
        title: '`worse` is called with …: 1 older place',
        text: 'The rule `no-worse` also hits code in the changed files that stood there before: `a.go:7`. It is wrong to call with ….',
      },
    ]);
    expect(result.finish.summary).toBe(
      '2 rules read 2 of 2 changed files: 1 findings, and 3 older places that the change did not bring.',
    );
  });

  test('names ten places and counts the rest', async () => {
    const many = Array.from({ length: 13 }, (_, n) => `bad(${n})`);
    const result = await check({ 'a.go': go(...many) }, { 'a.go': go(...many, 'fine()') });
    expect(result.finish.designObservations.map(({ text }) => text)).toEqual([
      expect.stringMatching(/`a\.go:4`, (?:`a\.go:\d+`, ){8}`a\.go:13` and 3 more\. /),
    ]);
  });

  test('is no news when it only moved or was indented anew', async () => {
    const before = { 'a.go': go('bad(1)', 'one()', 'two()', 'three()') };
    const after = { 'a.go': go('one()', 'two()', 'three()', 'if yes {', '\tbad( 1 )', '}') };
    expect(places(await check(before, after))).toEqual([]);
  });

  test('is no news in a renamed file, and what it gained is', async () => {
    const lines = Array.from({ length: 20 }, (_, n) => `good(${n})`);
    const before = { 'old/a.go': go('bad(1)', ...lines) };
    const after = { 'old/a.go': null, 'new/b.go': go('bad(1)', ...lines, 'bad(2)') };
    const result = await check(before, after);
    expect(places(result)).toEqual(['new/b.go:25']);
    expect(result.finish.designObservations.map(({ text }) => text)).toEqual([
      expect.stringContaining('`new/b.go:4`'),
    ]);
  });

  test('counts: of three equal ones where two stood, the one in added lines is new', async () => {
    const result = await check(
      { 'a.go': go('bad(1)', 'x()', 'bad(1)') },
      { 'a.go': go('bad(1)', 'x()', 'bad(1)', 'y()', 'bad(1)') },
    );
    expect(places(result)).toEqual(['a.go:8']);
    const first = await check(
      { 'a.go': go('x()', 'bad(1)') },
      { 'a.go': go('bad(1)', 'y()', 'x()', 'bad(1)') },
    );
    expect(places(first)).toEqual(['a.go:4']);
  });
});

describe('a hit of many lines', () => {
  const loop = `id: loop
language: go
message: A loop
rule: { kind: for_statement }
metadata: { severity: important, kind: gap, category: correctness, why: It turns., fix: Stop it., confidence: 0.8 }
`;

  test('is no news when only lines inside it changed, wherever it stands now', async () => {
    const before = { 'a.go': go('one()', 'for {', '\tbad(1)', '\tbad(2)', '}', 'last()') };
    const after = { 'a.go': go('zero()', 'half()', 'for {', '\tbad(3)', '}', 'end()') };
    const result = await check(before, after, loop);
    expect(places(result)).toEqual([]);
    expect(result.finish.designObservations.map(({ text }) => text)).toEqual([
      expect.stringContaining('`a.go:6-8`'),
    ]);
  });

  test('is news when its first line is new, and when another one stood there', async () => {
    const before = { 'a.go': go('for {', '\tbad(1)', '}') };
    const after = { 'a.go': go('for {', '\tfor {', '\t\tbad(1)', '\t}', '}', 'for {', '}') };
    expect(places(await check(before, after, loop))).toEqual(['a.go:5', 'a.go:9']);
  });
});

describe('rules of a family, of which one stood before', () => {
  const family = (id: string, name: string, rank: number) =>
    callRule(id, name, `  family: bad\n  rank: ${rank}\n`);
  const rules = [family('low', 'b.*', 1), family('high', 'bad', 2)];

  test('are each compared with what they hit before', async () => {
    const result = await check(
      { 'a.go': go('bad(1)') },
      { 'a.go': go('good()', 'bar(1)', 'bad(1)') },
      ...rules,
    );
    expect(places(result)).toEqual(['a.go:5']);
    expect(result.finish.designObservations.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^The rule `high` .*`a\.go:6`/),
    ]);
  });
});

describe('files', () => {
  test('too large at the merge base have news only in lines that changed, and it is said', async () => {
    const filler = `// ${'x'.repeat(1000)}\n`.repeat(1100);
    const result = await check({ 'a.go': `${go('bad(1)')}${filler}` }, { 'a.go': go('bad(1)', 'bad(2)') });
    expect(places(result)).toEqual(['a.go:5']);
    expect(result.finish.coverage).toEqual([
      {
        path: 'a.go',
        status: 'reviewed',
        note: expect.stringMatching(/^not read at the merge base: \d+ bytes: too large$/),
      },
    ]);
  });

  test('with more hits than anybody writes are said to be made by a machine', async () => {
    const result = await check({}, { 'a.go': go(...Array.from({ length: 2001 }, (_, n) => `bad(${n})`)) });
    expect({ claims: result.claims, coverage: result.finish.coverage }).toEqual({
      claims: [],
      coverage: [{ path: 'a.go', status: 'skipped', note: '2001 hits: made by a machine' }],
    });
  });

  test('with lines too long to be quoted have hits in them left out, and it is said', async () => {
    const text = 'x'.repeat(3000);
    const result = await check({}, { 'a.go': go(`bad("${text}")`, 'bad(2,', `\t"${text}",`, '\t3)') });
    expect(result.claims.map(({ quote }) => quote)).toEqual(['\tbad(2,']);
    expect(result.finish.coverage.map(({ note }) => note)).toEqual([
      '1 hits left out, in lines of over 2000 characters',
    ]);
  });

  test('that are not read say why', async () => {
    const before = { 'gone.go': 'package gone\n', 'sub.go': go('x()') };
    const after = {
      '.gitattributes': 'made.go linguist-generated\n',
      'gone.go': null,
      'vendor/lib/a.go': go('bad(1)'),
      'picture.go': `package p\0${'\u0001'.repeat(20)}`,
      'link.go': { link: 'sub.go' },
      'notes.txt': 'bad(1)\n',
      'a.css': 'a { color: red }\n',
      'huge.go': `${go('bad(1)')}// ${'x'.repeat(1024 * 1024)}\n`,
      'deep.go': `package p\nvar x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n`,
      'seen.go': go('bad(1)'),
      'skipped.go': go('bad(1)'),
    };
    const { repository, change } = await changeOf(before, after);
    const marked: Change = {
      ...change,
      files: change.files.map((file) => ({
        ...file,
        ignored: file.path === 'skipped.go',
        generated: file.generated || file.path === 'sub.go',
      })),
    };
    const rules = await rulesOf(callRule('no-bad', 'bad'));
    const result = await runRules({ repository, change: marked, rules, signal: going });
    expect(places(result)).toEqual(['seen.go:4']);
    expect(result.filesRead).toEqual(['seen.go']);
    expect(Object.fromEntries(result.finish.coverage.map(({ path, note }) => [path, note]))).toEqual({
      '.gitattributes': 'no grammar for its language',
      'a.css': 'no rule for css',
      'deep.go': 'too large to parse',
      'gone.go': 'removed',
      'huge.go': expect.stringMatching(/^\d+ bytes: too large$/),
      'link.go': 'a symbolic link',
      'notes.txt': 'no grammar for its language',
      'picture.go': 'binary',
      'seen.go': '',
      'skipped.go': 'ignored by the configuration',
      'vendor/lib/a.go': 'vendored',
    });
    expect(
      result.finish.coverage.map(({ status }) => status).filter((status) => status === 'reviewed'),
    ).toEqual(['reviewed']);
  });

  test('that are generated are left out', async () => {
    const { repository, change } = await changeOf({}, { 'a.go': go('bad(1)') });
    const generated = { ...change, files: change.files.map((file) => ({ ...file, generated: true })) };
    const rules = await rulesOf(callRule('no-bad', 'bad'));
    const { finish, claims } = await runRules({ repository, change: generated, rules, signal: going });
    expect({ coverage: finish.coverage, claims }).toEqual({
      coverage: [{ path: 'a.go', status: 'skipped', note: 'generated' }],
      claims: [],
    });
  });

  test('with broken syntax are read as far as they can be, and it is said', async () => {
    const result = await check(
      {},
      { 'a.go': `${go('bad(1)')}\nfunc (((\n`, 'b.go': '}{)(\u0001', 'c.go': '' },
    );
    expect(places(result)).toEqual(['a.go:4']);
    expect(
      result.finish.coverage.map(({ path, status, note }) => [path, status, note.replace(/^\d+/, 'n')]),
    ).toEqual([
      ['a.go', 'reviewed', 'n places could not be parsed'],
      ['b.go', 'reviewed', 'n places could not be parsed'],
      ['c.go', 'reviewed', ''],
    ]);
  });

  test('come in the change’s order, hits in that of their lines, every time the same', async () => {
    const files = {
      'b.go': go('worse(1)', 'bad(2)', 'bad(1)'),
      'a.go': go('bad(1)', 'worse(1)'),
      'Z.go': go('bad(1)'),
    };
    const { repository, change } = await changeOf({}, files);
    const rules = await rulesOf(callRule('no-worse', 'worse'), callRule('no-bad', 'bad'));
    const first = await runRules({ repository, change, rules, signal: going });
    expect(places(first)).toEqual(['Z.go:4', 'a.go:4', 'a.go:5', 'b.go:4', 'b.go:5', 'b.go:6']);
    expect(await runRules({ repository, change, rules: [...rules].reverse(), signal: going })).toEqual(first);
  });
});

describe('an abort', () => {
  test('ends the run between two files, with its reason', async () => {
    const { repository, change } = await changeOf({}, { 'a.go': go('bad(1)'), 'b.go': go('bad(1)') });
    const rules = await rulesOf(callRule('no-bad', 'bad'));
    const stop = new AbortController();
    const read: string[] = [];
    const watched: ObjectRepository = Object.create(repository, {
      readFile: {
        value: (commit: string, path: string, options?: { maxBytes?: number }) => {
          read.push(path);
          stop.abort(new Error('enough'));
          return repository.readFile(commit, path, options);
        },
      },
    });
    await expect(runRules({ repository: watched, change, rules, signal: stop.signal })).rejects.toThrow(
      'enough',
    );
    expect(read).toEqual(['a.go']);
  });
});
