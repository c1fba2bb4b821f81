import type { Change } from '../domain/change.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { parsePatch } from '../git/patch/parse-patch.ts';
import { pathOf } from './added-text.ts';
import { isAside } from './file-kind.ts';
import { findHitsInFile, findHitsInText } from './find-hits.ts';
import type { Hit } from './hit.ts';
import { revealText } from './revealed-text.ts';
import { type GuardFinding, writeClaims } from './write-claims.ts';

export interface RunGuardInput {
  change: Change;
  /** As git printed it. */
  patch: Uint8Array;
  repository: Pick<ObjectRepository, 'readCommit'>;
  signal: AbortSignal;
}

/** Findings beyond these are counted in the last one. */
const mostFindings = 60;

export interface GuardOutput {
  findings: GuardFinding[];
  /** Changed files whose added lines it read. */
  filesRead: string[];
  /** Findings that were left out because there are too many. */
  leftOut: number;
}

/**
 * Looks at the lines, paths and texts of a change for what is hidden in them and for what would steer those who
 * review it. Needs no model and judges by rules alone: the same change gives the same findings.
 */
export async function runGuard(input: RunGuardInput): Promise<GuardOutput> {
  const { change, patch, signal } = input;
  const hits: (Hit & { aside: boolean })[] = [];
  for (const { text, about } of await textsOf(input))
    hits.push(...findHitsInText(text, about).map((hit) => ({ ...hit, aside: false })));
  const byPath = new Map(change.files.map((file) => [file.path, file]));
  const filesRead = new Set<string>();
  for (const part of parsePatch(patch).files) {
    signal.throwIfAborted();
    const file = byPath.get(pathOf(part.newPath));
    if (file === undefined) continue;
    filesRead.add(file.path);
    const aside = isAside(file);
    hits.push(...findHitsInFile(file, part, change).map((hit) => ({ ...hit, aside })));
  }
  const findings = writeClaims(hits);
  return {
    findings: findings.slice(0, mostFindings),
    filesRead: [...filesRead],
    leftOut: Math.max(0, findings.length - mostFindings),
  };
}

async function textsOf({ change, repository }: RunGuardInput): Promise<{ text: string; about: string }[]> {
  const { pullRequest, comments, branch, files } = change;
  const commits = await Promise.all(
    change.commits.map(async ({ sha }) => {
      const { subject, body, author } = await repository.readCommit(sha);
      const about = `the message of commit ${sha.slice(0, 12)}`;
      return [
        { text: body === '' ? subject : `${subject}\n\n${body}`, about },
        { text: `${author.name} <${author.email}>`, about: `the author of commit ${sha.slice(0, 12)}` },
      ];
    }),
  );
  return [
    ...(pullRequest === null
      ? []
      : [
          { text: revealText(pullRequest.title), about: 'the pull request’s title' },
          { text: revealText(pullRequest.body), about: 'the pull request’s description' },
        ]),
    ...(branch === null ? [] : [{ text: revealText(branch), about: 'the branch’s name' }]),
    ...(comments ?? []).map(({ author, text }) => ({
      text: revealText(text),
      about: `a comment by ${makeVisibleLine(author).slice(0, 60)}`,
    })),
    ...commits.flat(),
    ...files
      .filter(({ status, path }) => status !== 'modified' && /[^\x20-\x7e]/.test(path))
      .map(({ path }) => ({ text: path, about: `the path ${makeVisibleLine(path).slice(0, 200)}` })),
  ];
}
