import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileDiff } from '../../../src/domain/change.ts';
import { encodePath } from '../../../src/domain/git-path.ts';
import { parsePatch } from '../../../src/git/patch/parse-patch.ts';
import type { FilePatch } from '../../../src/git/patch/patch.ts';
import { PatchStream } from '../../../src/git/patch/patch-stream.ts';
import { printPatch } from '../../../src/git/patch/print-patch.ts';
import { toFileDiffs } from '../../../src/git/patch/to-file-diffs.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import {
  type FileState,
  type History,
  type TreeState,
  writeAdversarialHistory,
} from './adversarial-history.ts';
import { applyHunks, splitLines, unchangedLines } from './apply-hunks.ts';
import { expectedSummaries, type FileSummary, summarise } from './compare-with-git.ts';
import { type CommitPair, type DiffRequest, diffPair, diffPairs } from './diff-pairs.ts';
import { allFeatures, listFeatures } from './list-features.ts';
import { readCounts, readRaw } from './read-summary.ts';

const length = 600;
const renames = ['--find-renames'];
const copies = ['--find-renames', '--find-copies'];

/** Numbers of two commits, old and new. */
type Pair = readonly [from: number, to: number];

const forwards = Array.from({ length: length - 1 }, (_, from): Pair => [from, from + 1]);
const backwards = forwards.map(([from, to]): Pair => [to, from]);
const wide = forwards.flatMap(([from]): Pair[] =>
  from % 7 === 0 ? [[from, Math.min(length - 1, from + 2 + (from % 39))]] : [],
);

let fixture: GitFixture;
let history: History;
/** How often each hard case came up. */
const seen = new Map<string, number>();

beforeAll(() => {
  fixture = createGitFixture();
  fixture.write({ '.git/info/attributes': '*.raw -diff\n*.lines diff\n*.c diff=cpp\n' });
  history = writeAdversarialHistory(fixture, 20_260_101, length);
});
afterAll(() => fixture.remove());

describe('git’s patch of a hostile history is read, printed back and means what git says,', () => {
  test.each<[string, { pairs: Pair[]; flags: string[]; binary?: true }]>([
    ['commit by commit', { pairs: forwards, flags: renames }],
    ['with copies and binary patches', { pairs: forwards, flags: copies, binary: true }],
    ['commit by commit undone', { pairs: backwards, flags: renames }],
    ['many commits at once', { pairs: wide, flags: ['--find-renames=20%', '--find-copies-harder'] }],
  ])('%s', (_, { pairs, flags, binary }) => {
    const ask = (...more: string[]) => diffPairs(fixture, pairs.map(idsOf), { flags: [...more, ...flags] });
    const patches = ask('-p', ...(binary ? ['--binary'] : []));
    const raw = ask('--raw', '-z', '--no-abbrev');
    const counts = ask('--numstat', '-z');
    const problems = pairs.flatMap((pair, index) => {
      const summaries = expectedSummaries(readRaw(raw[index] ?? ''), readCounts(counts[index] ?? ''));
      return listProblems(pair, patches[index] ?? '', summaries);
    });
    expect(problems).toEqual([]);
  });

  test('in pieces it says the same', () => {
    const patches = diffPairs(fixture, [...forwards, ...wide].map(idsOf), { flags: ['-p', ...renames] });
    const differing = patches.filter((text, index) => {
      const bytes = Buffer.from(text, 'latin1');
      const size = [1, 5, 13, 300, 4_000][index % 5] ?? 1;
      const stream = new PatchStream(index % 3 === 0 ? 64 : 1);
      for (let at = 0; at < bytes.length; at += size) stream.push(bytes.subarray(at, at + size));
      return !isDeepStrictEqual(stream.end(), toFileDiffs(parsePatch(bytes)));
    });
    expect(differing).toEqual([]);
    const broken = Buffer.from(`${patches[0]}diff --git a/x b/x\nnonsense\n`, 'latin1');
    const messageOf = (read: () => unknown) => {
      try {
        return read();
      } catch (cause) {
        return (cause as Error).message;
      }
    };
    const stream = new PatchStream(1);
    for (const byte of broken) stream.push(Buffer.from([byte]));
    expect(messageOf(() => stream.end())).toBe(messageOf(() => parsePatch(broken)));
  });

  test('with paths unescaped it is the same patch', () => {
    const ask = (config: string[]) =>
      diffPairs(fixture, forwards.map(idsOf), { flags: ['-p', ...renames], config });
    const escaped = ask([]);
    for (const [index, unescaped] of ask(['core.quotePath=false']).entries()) {
      const patch = parsePatch(Buffer.from(unescaped, 'latin1'));
      expect(printPatch(patch).toString('latin1') === unescaped).toBe(true);
      expect(printPatch({ ...patch, quotePath: true }).toString('latin1') === escaped[index]).toBe(true);
    }
  });

  test('of which each hard case occurs many times', () => {
    expect(allFeatures.filter((feature) => (seen.get(feature) ?? 0) < 8)).toEqual([]);
  });

  test.each<[string, DiffRequest]>([
    ['renames', { flags: renames }],
    ['copies', { flags: [...copies, '--binary'], config: ['core.quotePath=false'] }],
  ])('and `git diff` itself prints the same: %s', (_, request) => {
    const sample = forwards.filter(([from]) => from % 12 === 0).map(idsOf);
    const patches = diffPairs(fixture, sample, { ...request, flags: ['-p', ...request.flags] });
    expect(sample.map((pair) => diffPair(fixture, pair, request))).toEqual(patches);
  });
});

function idsOf([from, to]: Pair): CommitPair {
  return [history.commits[from] ?? '', history.commits[to] ?? ''];
}

/** What is wrong with one patch; few comparisons by `expect`, since there are tens of thousands. */
function listProblems([from, to]: Pair, bytes: string, summaries: readonly FileSummary[]): string[] {
  const patch = parsePatch(Buffer.from(bytes, 'latin1'));
  const oldTree = history.states[from] ?? new Map();
  const newTree = history.states[to] ?? new Map();
  const problems = printPatch(patch).toString('latin1') === bytes ? [] : ['other bytes'];
  for (const [index, file] of patch.files.entries()) {
    problems.push(...sectionProblems(file, oldTree, newTree));
    for (const feature of listFeatures(file, patch.files[index + 1]))
      seen.set(feature, (seen.get(feature) ?? 0) + 1);
  }
  const files = toFileDiffs(patch);
  const expected = summaries.map((summary) => withPatchCounts(summary, oldTree, newTree));
  if (!isDeepStrictEqual(files.map(summarise), expected)) expect(files.map(summarise)).toEqual(expected);
  for (const file of files) problems.push(...runProblems(file, oldTree, newTree));
  return problems.map((problem) => `${idsOf([from, to]).join(' ')}: ${problem}`);
}

/** Of a changed type the patch removes and adds all lines, where git counts those that differ. */
function withPatchCounts(summary: FileSummary, oldTree: TreeState, newTree: TreeState) {
  if (summary.status !== 'type-changed' || summary.binary) return summary;
  return {
    ...summary,
    additions: splitLines(newTree.get(summary.path)?.content ?? '').length,
    deletions: splitLines(oldTree.get(summary.path)?.content ?? '').length,
  };
}

function sectionProblems(file: FilePatch, oldTree: TreeState, newTree: TreeState): string[] {
  const { change, content, index } = file;
  const oldFile = change === 'added' ? undefined : oldTree.get(file.oldPath);
  const newFile = change === 'removed' ? undefined : newTree.get(file.newPath);
  const [oldOid, newOid] = [idOf(oldFile), idOf(newFile)];
  const sameIds = index === null ? oldOid === newOid : index.oldOid === oldOid && index.newOid === newOid;
  const oldContent = oldFile?.content ?? '';
  const newContent = newFile?.content ?? '';
  const hunks = content.kind === 'text' ? content.hunks : [];
  const leadsToNew =
    content.kind === 'text' || content.kind === 'none' ? applyHunks(oldContent, hunks) === newContent : true;
  return [
    ...(sameIds ? [] : [`line ${file.line}: other ids than ${oldOid} and ${newOid}`]),
    ...(leadsToNew ? [] : [`line ${file.line}: the hunks do not lead to the new content`]),
  ];
}

function runProblems(file: FileDiff, oldTree: TreeState, newTree: TreeState): string[] {
  if (file.binary) return [];
  const path = toBytes(file.path);
  const oldContent = oldTree.get(file.oldPath === null ? path : toBytes(file.oldPath))?.content ?? '';
  const newContent = newTree.get(path)?.content ?? '';
  const [oldRest, newRest] = unchangedLines(
    file.status === 'added' ? '' : oldContent,
    file.status === 'removed' ? '' : newContent,
    file.hunks,
  );
  return oldRest === newRest ? [] : [`${file.path}: the runs leave different lines`];
}

const ids = new WeakMap<FileState, string>();

function idOf(file: FileState | undefined): string {
  if (file === undefined) return '0'.repeat(40);
  if (file.mode === '160000') return file.content.slice(18, 58);
  const { content } = file;
  const id =
    ids.get(file) ?? createHash('sha1').update(`blob ${content.length}\0${content}`, 'latin1').digest('hex');
  ids.set(file, id);
  return id;
}

function toBytes(path: string): string {
  return encodePath(path).toString('latin1');
}
