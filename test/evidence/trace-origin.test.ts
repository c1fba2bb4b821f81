import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Location } from '../../src/domain/location.ts';
import { GitError } from '../../src/errors.ts';
import { traceOrigin } from '../../src/evidence/trace-origin.ts';
import { createEvidenceFixture, type EvidenceFixture } from './evidence-fixture.ts';

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line number ${from + index} of the base\n`);

const base = numbered(1, 40);
/** Line 5 rewritten, 10 and 11 removed, two lines put in behind 20, 30 indented, the last one taken to the top. */
const head = [
  ...base.slice(39),
  ...base.slice(0, 4),
  'line five was rewritten here\n',
  ...base.slice(5, 9),
  ...base.slice(11, 20),
  'the first line put in\n',
  '\n',
  'the second line put in\n',
  ...base.slice(20, 29),
  `\t\t${base[29]}`,
  ...base.slice(30, 39),
];
const guard = 'if (broken) {\n  throw new Error("broken");\n}\n';

let fixture: EvidenceFixture;
let shas: string[];

beforeAll(async () => {
  fixture = await createEvidenceFixture(
    {
      'file.txt': base.join(''),
      'old/name.txt': base.join(''),
      'gone.txt': 'a line of a file that goes\n',
      'still.txt': 'a line of a file that stays as it is\n',
      'guards.js': `${guard}\nfirst();\n`,
      'image.bin': Buffer.from([0, 1, 2]),
    },
    { 'file.txt': head.join(''), 'still.txt': 'a line of a file that stays as it is\n' },
    {
      'old/name.txt': null,
      'new/name.txt': base.join('').replace('line number 7 of', 'line number seven of'),
      'gone.txt': null,
      'added.txt': 'a line of a new file\nline number 1 of the base\n',
      'guards.js': `${guard}\nfirst();\n\n${guard}\nsecond();\n`,
      'image.bin': Buffer.from([0, 1, 3]),
    },
    { 'file.txt': head.join('').replace('the second line put in', 'the second line put in, later') },
  );
  shas = fixture.change.commits.map((commit) => commit.sha);
});
afterAll(() => fixture.close());

const at = (path: string, startLine: number, endLine: number, side: 'head' | 'base' = 'head'): Location => ({
  path,
  startLine,
  endLine,
  side,
});

function trace(location: Location, quote: string, others: Location[] = []) {
  return traceOrigin({ ...fixture, locations: [location, ...others], quote });
}

describe('touchedByChange', () => {
  /** Where things are at the head: line n of the base that was not touched. */
  test.each<[string, Location, boolean]>([
    ['a line nobody touched', at('file.txt', 3, 3), false],
    ['the rewritten line', at('file.txt', 6, 6), true],
    ['beside the rewritten line, whose old one was taken away there', at('file.txt', 5, 5), true],
    ['two lines before it', at('file.txt', 3, 4), false],
    ['right before the removed lines', at('file.txt', 10, 10), true],
    ['right behind the removed lines', at('file.txt', 11, 11), true],
    ['two lines before the removed lines', at('file.txt', 8, 9), false],
    ['two lines behind the removed lines', at('file.txt', 12, 13), false],
    ['around the removed lines', at('file.txt', 8, 13), true],
    ['before the lines put in', at('file.txt', 19, 19), false],
    ['the lines put in', at('file.txt', 20, 22), true],
    ['behind the lines put in', at('file.txt', 23, 24), false],
    ['a file nobody touched', at('still.txt', 1, 1), false],
    ['a new file', at('added.txt', 2, 2), true],
    ['a renamed file', at('new/name.txt', 7, 7), true],
    ['elsewhere in a renamed file', at('new/name.txt', 20, 21), false],
    ['a removed line on the base', at('file.txt', 10, 10, 'base'), true],
    ['a kept line on the base', at('file.txt', 15, 15, 'base'), false],
    ['the seam on the base where lines were put in', at('file.txt', 20, 20, 'base'), true],
    ['two lines from that seam', at('file.txt', 18, 19, 'base'), false],
    ['a removed file on the base', at('gone.txt', 1, 1, 'base'), true],
    ['a renamed file on the base', at('old/name.txt', 7, 7, 'base'), true],
    ['a binary file', at('image.bin', 1, 1), true],
  ])('%s', async (_name, location, touched) => {
    expect((await trace(location, 'x')).touchedByChange).toBe(touched);
  });

  test('looks at all places of the finding', async () => {
    const facts = await trace(at('file.txt', 3, 3), 'line number 2 of the base', [at('added.txt', 1, 1)]);
    expect(facts.touchedByChange).toBe(true);
  });
});

describe('standsAtMergeBase', () => {
  test.each<[string, Location, string, boolean | null]>([
    ['a line nobody touched', at('file.txt', 3, 3), 'line number 2 of the base', true],
    ['the rewritten line', at('file.txt', 6, 6), 'line five was rewritten here', false],
    ['a line put in', at('file.txt', 20, 20), 'the first line put in', false],
    ['a line that was only indented', at('file.txt', 32, 32), 'line number 30 of the base', true],
    ['a line that was only moved', at('file.txt', 1, 1), 'line number 40 of the base', true],
    ['a bracket that is everywhere, in lines put in', at('guards.js', 9, 9), '}', false],
    ['code put in a second time', at('guards.js', 7, 9), guard, false],
    ['the code it repeats', at('guards.js', 1, 3), guard, true],
    ['a new file', at('added.txt', 2, 2), 'line number 1 of the base', false],
    ['a renamed file', at('new/name.txt', 9, 9), 'line number 9 of the base', true],
    ['what a renamed file got', at('new/name.txt', 7, 7), 'line number seven of the base', false],
    ['a file nobody touched', at('still.txt', 1, 1), 'a line of a file that stays as it is', true],
    ['the base itself', at('gone.txt', 1, 1, 'base'), 'a line of a file that goes', true],
    ['a binary file', at('image.bin', 1, 1), 'x', null],
  ])('%s', async (_name, location, quote, stands) => {
    expect((await trace(location, quote)).standsAtMergeBase).toBe(stands);
  });
});

describe('introducedBy', () => {
  test.each<[string, Location, string, 'base' | 0 | 1 | 2]>([
    [
      'lines of the base',
      at('file.txt', 3, 4),
      'line number 2 of the base\nline number 3 of the base',
      'base',
    ],
    ['one commit', at('file.txt', 6, 6), 'line five was rewritten here', 0],
    [
      'the newest of two',
      at('file.txt', 20, 22),
      'the first line put in\n\nthe second line put in, later',
      2,
    ],
    [
      'the quoted lines only',
      at('file.txt', 19, 22),
      'line number 20 of the base\n...\nthe first line put in',
      0,
    ],
    ['a renamed file', at('new/name.txt', 7, 7), 'line number seven of the base', 1],
    ['the base side', at('gone.txt', 1, 1, 'base'), 'a line of a file that goes', 'base'],
  ])('%s', async (_name, location, quote, commit) => {
    const { introducedBy } = await trace(location, quote);
    expect(introducedBy).toEqual(
      commit === 'base'
        ? { sha: fixture.change.mergeBase, subject: 'the base' }
        : { sha: shas[commit], subject: `step ${commit + 1}` },
    );
  });

  test('is nobody without a place, or without lines', async () => {
    const nothing = { touchedByChange: false, standsAtMergeBase: null, introducedBy: null };
    expect(await traceOrigin({ ...fixture, locations: [], quote: 'x' })).toEqual(nothing);
    expect((await trace(at('image.bin', 1, 1), 'x')).introducedBy).toBeNull();
  });

  test('is unknown, and the reason told, when git cannot say', async () => {
    const failing = new Proxy(fixture.repository, {
      get(target, name) {
        if (name === 'blame') return () => Promise.reject(new GitError('blame went wrong'));
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const problems: string[] = [];
    const facts = await traceOrigin({
      repository: failing,
      change: fixture.change,
      locations: [at('file.txt', 6, 6)],
      quote: 'line five was rewritten here',
      onUnknown: (problem) => problems.push(problem),
    });
    expect(facts).toEqual({ touchedByChange: true, standsAtMergeBase: false, introducedBy: null });
    expect(problems).toEqual(['blame went wrong']);
  });

  test('is not looked for once the signal was aborted', async () => {
    const reason = new Error('enough');
    await expect(
      traceOrigin({
        ...fixture,
        locations: [at('file.txt', 6, 6)],
        quote: 'line five was rewritten here',
        signal: AbortSignal.abort(reason),
      }),
    ).rejects.toBe(reason);
  });
});

test('work that is not committed counts as the newest', async () => {
  const { git, repository, change } = fixture;
  git.write({ 'still.txt': 'a line of a file that stays as it is\na line that is not committed\n' });
  git.git('add', 'still.txt');
  const tree = git.git('write-tree');
  const synthetic = git.gitWithInput('the index', 'commit-tree', tree, '-p', change.head.sha);
  const later = { ...change, headKind: 'index' as const, head: { sha: synthetic, name: 'index' } };
  const facts = await traceOrigin({
    repository,
    change: later,
    locations: [at('still.txt', 1, 2)],
    quote: 'a line of a file that stays as it is\na line that is not committed',
  });
  expect(facts.introducedBy).toEqual({ sha: synthetic, subject: 'the index' });
  git.git('checkout', '--quiet', 'HEAD', '--', 'still.txt');
});
