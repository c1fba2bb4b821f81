import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fillText } from '../../../src/agent/load-texts.ts';
import { chooseDimensions } from '../../../src/agent/prompt/choose-dimensions.ts';
import { loadReviewContext, parseDimension } from '../../../src/agent/prompt/review-context.ts';
import type { FileDiff } from '../../../src/domain/change.ts';
import { ConfigError } from '../../../src/errors.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { contextDirectory, shippedContext } from '../support/open-change.ts';

function changeOf(paths: readonly string[], commits = 1) {
  const files = paths.map(
    (path): FileDiff => ({
      path,
      oldPath: path === 'moved.txt' ? 'scripts/moved.sh' : null,
      status: 'modified',
      oldMode: null,
      newMode: null,
      oldOid: null,
      newOid: null,
      binary: false,
      additions: 1,
      deletions: 0,
      hunks: [],
      generated: false,
      vendored: false,
    }),
  );
  const commit = {
    sha: 'a'.repeat(40),
    subject: '',
    body: '',
    author: { name: '', email: '' },
    authoredAt: '',
  };
  return { files, commits: Array.from({ length: commits }, () => commit) };
}

const always = [
  'compatibility',
  'data-loss',
  'documentation',
  'lifecycle-and-races',
  'security',
  'tests',
  'unknown-and-destructive',
  'waits-and-retries',
];

describe('what reviewers are told to look for', () => {
  test.each([
    [['README.md'], 1, []],
    [['README.md'], 2, ['commits']],
    [['cmd/main.go'], 1, ['go']],
    [['src/a.ts', 'b/c.py'], 1, ['javascript', 'python']],
    [['scripts/release.sh'], 1, ['shell']],
    [['test/run.bats'], 1, ['shell']],
    [['moved.txt'], 1, ['shell']],
    [['Makefile'], 1, ['build-and-dependencies', 'shell']],
    [['.github/workflows/ci.yml'], 1, ['workflows']],
    [['db/migrations/001.sql'], 1, ['databases']],
    [['package-lock.json', 'block.txt'], 1, ['build-and-dependencies']],
    [['a\nb.go', 'bad\udcff.sh'], 1, ['go', 'shell']],
  ] as const)('for %j in %i commits', async (paths, commits, expected) => {
    const { dimensions } = await shippedContext();
    const names = chooseDimensions(dimensions, changeOf(paths, commits)).map(({ name }) => name);
    expect(names).toEqual([...always, ...expected].sort());
  });

  test.each([
    ['text', 'it must begin with a head'],
    ['---\ntitel: x\n---\ny', 'the line "titel: x" of its head is not known'],
    ['---\npaths: "a"\n---\ny', 'its head has no title'],
    ['---\ntitle: x\npaths: a\n---\ny', 'its paths are no list'],
    ['---\ntitle: x\npaths: "[z-a]"\n---\ny', 'the glob cannot be read'],
    ['---\ntitle: x\nminimumCommits: many\n---\ny', 'minimumCommits is no whole number'],
  ])('a malformed file %j is named', (file, message) => {
    expect(() => parseDimension('mine', file)).toThrow(ConfigError);
    expect(() => parseDimension('mine', file)).toThrow(message);
  });

  test('a folder that is not complete is a configuration error', async () => {
    const directory = join(temporaryDirectory(), 'context');
    cpSync(contextDirectory, directory, { recursive: true });
    writeFileSync(join(directory, 'dimensions', 'mine.md'), '---\ntitle: Mine\n---\n- Look.\n');
    expect((await loadReviewContext(directory)).dimensions.map(({ name }) => name)).toContain('mine');
    rmSync(join(directory, 'loop'), { recursive: true });
    await expect(loadReviewContext(directory)).rejects.toThrow(ConfigError);
  });

  test('a text that is missing, or asks for what nobody gives, is an error', () => {
    const texts = new Map([['a', 'x {{name}} {{name}} {{ github }}']]);
    expect(fillText(texts, 'a', { name: '{{other}}$&' })).toBe('x {{other}}$& {{other}}$& {{ github }}');
    expect(() => fillText(texts, 'a')).toThrow('the text "a" asks for {{name}}');
    expect(() => fillText(texts, 'b')).toThrow(ConfigError);
    expect(() => fillText(new Map([['c', '{{constructor}}']]), 'c')).toThrow(ConfigError);
  });
});
