import { existsSync } from 'node:fs';
import { chmod, lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPackageDirectory } from '../config.ts';
import type { ContextNote } from '../domain/context-suggestion.ts';
import type { Report } from '../domain/report.ts';
import { InputFileError, reasonOf, UsageError } from '../errors.ts';
import { parseRemoteAddress } from '../forge/local/remote-name.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { findAddressedText } from '../guard/addressed-text.ts';
import {
  addContextLines,
  type ContextSection,
  holdsLine,
  sectionOf,
  toContextLine,
} from '../resolve/context-lines.ts';
import { isMadeHere } from '../run/is-made-here.ts';
import { runDirectoryAt } from '../run/run-directory.ts';
import { writeFileAtomically } from '../run/write-file.ts';
import { openRepository } from './open-repository.ts';
import type { PipelineDependencies } from './options.ts';
import { readRunReport } from './publish-run.ts';
import { refuseLinkedParts } from './refuse-linked-parts.ts';
import { contextFileName } from './suggest-notes.ts';

export interface ContextProposal {
  /** From 1, in the order of the report. */
  number: number;
  /** What would be written, to the character. */
  line: string;
  /** `there`: the notes have it. `refused`: it speaks to reviewers in a way that no note should. */
  state: 'open' | 'there' | 'refused';
}

/** The suggestions of a report for the notes of a repository. */
export interface ContextSession {
  /** Absolute path of the notes. */
  readonly file: string;
  readonly proposals: readonly ContextProposal[];
  /** What whoever chooses should know beforehand, in sentences. */
  readonly notices: readonly string[];
  /** Adds open proposals, by number, to the notes; gives the lines. Nothing is written for none. */
  apply(numbers: readonly number[]): Promise<{ written: string[]; notices: string[] }>;
}

/** Most bytes of notes that are read, and UTF-16 units of them that reviewers are told. */
const limits = { bytes: 2 ** 20, told: 40_000 };
const hint = 'go to the repository whose changes were reviewed';

/**
 * Opens what a finished run suggests for the notes of the repository around the working folder. Writes nothing by itself:
 * what is taken over is for a person to say, and counts for reviewers once it is committed to the base of a change.
 */
export async function openContextSession(
  options: { run: string; workingDirectory: string },
  dependencies: Pick<PipelineDependencies, 'environment' | 'signal'>,
): Promise<ContextSession> {
  const run = runDirectoryAt(options.run);
  await refuseLinkedParts(run);
  const report = await readRunReport(run);
  const repository = await openRepository(options.workingDirectory, dependencies);
  let folder: string;
  try {
    await requireReviewed(repository, report);
    folder = repository.topDirectory;
  } finally {
    await repository.close();
  }
  if (!existsSync(join(folder, '.git')))
    throw new UsageError(`${folder} has no work tree to write ${contextFileName} into`, { hint });
  const file = join(folder, contextFileName);
  const text = await readNotes(file);
  const notes = report.processNotes.repository.map((note) => ({ note, line: toContextLine(note) }));
  const proposals = notes.map(
    ({ note, line }, at): ContextProposal => ({ number: at + 1, line, state: stateOf(text, note, line) }),
  );
  return {
    file,
    proposals,
    notices: (await isMadeHere(run, dependencies.environment.cacheDirectory)) ? [] : [foreign],
    async apply(numbers) {
      const chosen = proposals.filter(({ number, state }) => state === 'open' && numbers.includes(number));
      if (chosen.length === 0) return { written: [], notices: [] };
      const sections = new Map<ContextSection, string[]>();
      for (const { number, line } of chosen) {
        const section = sectionOf(notes[number - 1]?.note as ContextNote);
        const lines = sections.get(section) ?? [];
        if (!lines.includes(line)) sections.set(section, [...lines, line]);
      }
      let next = text;
      for (const [section, lines] of sections)
        next = addContextLines(next, await readHeading(section), lines);
      await writeNotes(file, { before: text, after: next });
      const notices =
        next.length > limits.told
          ? [`${contextFileName} is longer than the ${limits.told} characters that reviewers are told`]
          : [];
      return { written: [...sections.values()].flat(), notices };
    },
  };
}

const foreign =
  'this run was not made here: whether people declined what it says they did, its folder alone tells';

function stateOf(text: string, note: ContextNote, line: string): ContextProposal['state'] {
  if (holdsLine(text, note, line)) return 'there';
  const { declined } = note;
  // Names of files and what models wrote of them are chosen by whoever opened the pull request.
  const whole =
    declined === undefined
      ? [note.rule, note.why]
      : [declined.reason, declined.title, declined.path ?? '', declined.symbol];
  const speaks = findAddressedText(whole.join('\n'), { source: 'people', prose: true, guidance: true });
  return speaks.length > 0 ? 'refused' : 'open';
}

/** A commit of the review, or the remote's name: one of them says that it is this repository. */
async function requireReviewed(repository: LocalRepository, { change }: Report): Promise<void> {
  for (const commit of [change.head.sha, change.base.sha, change.mergeBase])
    if (await repository.hasRevision(commit)) return;
  const address = await repository.remoteAddress('origin');
  const name = address === null ? null : parseRemoteAddress(address);
  const { owner, name: project, url } = change.repository;
  const isNamed = name !== null && url !== null && name.url === url;
  if (isNamed) return;
  throw new UsageError(`this is not the repository that was reviewed, ${owner}/${project}`, { hint });
}

/** Empty where there are none. */
async function readNotes(file: string): Promise<string> {
  const entry = await lstat(file).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new InputFileError(`cannot look at ${file}: ${reasonOf(cause)}`, {
      hint: 'check its rights',
      cause,
    });
  });
  if (entry === null) return '';
  if (!entry.isFile() || entry.size > limits.bytes)
    throw new InputFileError(`${file} is no plain file of at most 1 MiB`, { hint: 'move it away' });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (cause) {
    throw new InputFileError(`${file} cannot be read as UTF-8: ${reasonOf(cause)}`, {
      hint: 'mend it',
      cause,
    });
  }
}

async function readHeading(section: ContextSection): Promise<string> {
  return readFile(join(findPackageDirectory(), 'context', 'notes', `${section}.md`), 'utf8');
}

/** With the rights that the file had; not where somebody else wrote into it meanwhile. */
async function writeNotes(file: string, { before, after }: { before: string; after: string }): Promise<void> {
  if ((await readNotes(file)) !== before)
    throw new InputFileError(`${file} was changed meanwhile; nothing was written`, { hint: 'try again' });
  const entry = await lstat(file).catch(() => null);
  await writeFileAtomically(file, after);
  if (entry !== null) await chmod(file, entry.mode & 0o777);
}
