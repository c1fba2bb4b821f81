import { afterEach, expect, test } from 'vitest';
import { BlamedFiles } from '../../src/evidence/blamed-files.ts';
import type { ObjectRepository } from '../../src/git/object-repository.ts';
import { createEvidenceFixture, type EvidenceFixture } from './evidence-fixture.ts';

let fixture: EvidenceFixture;
afterEach(() => fixture.close());

const lines = (from: number) => Array.from({ length: 60 }, (_, at) => `line ${from + at}\n`).join('');

test('many questions about one file are few processes, with the same answers', async () => {
  fixture = await createEvidenceFixture({ 'many.txt': lines(0) }, { 'many.txt': lines(30) });
  const { repository, change } = fixture;
  let processes = 0;
  const counting = {
    blame: (...words: Parameters<ObjectRepository['blame']>) => {
      processes += 1;
      return repository.blame(...words);
    },
  } as ObjectRepository;
  const files = new BlamedFiles(counting);
  const place = { commit: change.head.sha, path: 'many.txt', lineCount: 60 };
  for (let line = 1; line <= 60; line += 1) {
    const range = { start: line, end: Math.min(60, line + 1) };
    expect(await files.blame({ ...place, range })).toEqual(
      await repository.blame(place.commit, place.path, range),
    );
  }
  expect(processes).toBe(21);
});

test('what git cannot tell of the whole file it is asked in parts', async () => {
  fixture = await createEvidenceFixture({ 'many.txt': lines(0) }, { 'many.txt': lines(30) });
  const { repository, change } = fixture;
  const files = new BlamedFiles(repository);
  // More lines than there are: the question about the whole file fails.
  const place = { commit: change.head.sha, path: 'many.txt', lineCount: 1_000 };
  for (let line = 1; line <= 25; line += 1) {
    const [blamed] = await files.blame({ ...place, range: { start: line, end: line } });
    expect(blamed?.line).toBe(line);
  }
});
