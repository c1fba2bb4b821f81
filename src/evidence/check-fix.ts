import type { Change, ObjectId } from '../domain/change.ts';
import type { FixCheck } from '../domain/verdict.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { applyHunks } from './apply-hunks.ts';
import type { CommitFiles } from './commit-files.ts';
import { showPath } from './gate-messages.ts';
import { languageForPath, parseSource, syntaxErrors } from './languages.ts';
import { type PatchFile, parsePatch } from './parse-patch.ts';
import { viewOf } from './repository-view.ts';
import { resolvePath } from './resolve-path.ts';

export interface FixQuestion {
  repository: ObjectRepository;
  /** What the patch is tried on. */
  commit: ObjectId;
  change: Change;
  /** File that hunks without a file header are for: the finding's own. */
  path: string;
  /** Line near which hunks without numbers belong; null when unknown. */
  line: number | null;
  /** As the model wrote it. */
  diff: string;
  signal?: AbortSignal;
}

const longestPatch = 256 * 1024;
const mostPatchLines = 5000;
const mostFiles = 50;
const mostBytes = 1024 * 1024;

/**
 * Tries a patch on the files of a commit, in memory: does it apply, and does every patched file still parse, with no
 * more syntax errors than before. Nothing is executed or written. Rejects when git fails, and with the signal's reason.
 */
export async function checkFix(question: FixQuestion): Promise<FixCheck> {
  const { diff } = question;
  if (diff.trim() === '') return { applies: null, parses: null, message: 'There is no patch.' };
  if (diff.length > longestPatch || diff.split('\n').length > mostPatchLines)
    return {
      applies: null,
      parses: null,
      message: `The patch is over ${mostPatchLines} lines long; it was not tried.`,
    };
  const files = parsePatch(diff);
  if (files.length === 0)
    return { applies: false, parses: null, message: 'There is no change in the patch.' };
  if (files.length > mostFiles)
    return {
      applies: null,
      parses: null,
      message: `The patch is for over ${mostFiles} files; it was not tried.`,
    };
  const trial = new Trial(question);
  for (const file of files) {
    const failure = await trial.apply(file);
    if (failure !== null) return failure;
  }
  return trial.judge();
}

/** What one step of a patch does to one file. */
interface Step {
  /** null: there is no such file before, or after. */
  oldPath: string | null;
  newPath: string | null;
}

/** The files a patch has changed so far, laid over the commit. */
class Trial {
  readonly #question: FixQuestion;
  readonly #originals = new Map<string, string | null>();
  readonly #patched = new Map<string, string | null>();
  readonly #remarks: string[] = [];

  constructor(question: FixQuestion) {
    this.#question = question;
  }

  /** null when the file's part of the patch applies. */
  async apply(file: PatchFile): Promise<FixCheck | null> {
    const { repository, commit, signal } = this.#question;
    signal?.throwIfAborted();
    const listing = await viewOf(repository).listings.of(commit);
    const step = this.#resolve(file, listing);
    if (typeof step === 'string') return fails(step);
    if (step.oldPath === null) return this.#create(step.newPath ?? '', file, listing);
    const text = await this.#read(step.oldPath, listing);
    if (typeof text !== 'string') return text;
    const result = applyHunks({ text, hunks: file.hunks, near: this.#near(step.oldPath) });
    const shown = showPath(step.oldPath);
    if (result.outcome === 'failed') return fails(`it does not apply to ${shown}: ${result.why}`);
    this.#remarks.push(...result.remarks.map((remark) => `in ${shown} ${remark}`));
    if (step.newPath !== step.oldPath) {
      this.#patched.set(step.oldPath, null);
      if (step.newPath === null) return null;
      if (this.#exists(step.newPath, listing)) return fails(`${showPath(step.newPath)} exists already`);
    } else if (result.text === text) return fails(`it changes nothing in ${shown}`);
    if (step.newPath !== step.oldPath && step.newPath !== null) this.#originals.set(step.newPath, text);
    this.#patched.set(step.newPath ?? step.oldPath, result.text);
    return null;
  }

  /** Whether what was patched still parses. */
  async judge(): Promise<FixCheck> {
    const verdicts: (boolean | null)[] = [];
    const problems: string[] = [];
    for (const [path, text] of this.#patched) {
      if (text === null) continue;
      this.#question.signal?.throwIfAborted();
      const before = await countErrors(path, this.#originals.get(path) ?? '');
      const after = await countErrors(path, text);
      const parses = before === null || after === null ? null : after <= before;
      verdicts.push(parses);
      if (parses === false) problems.push(`${showPath(path)} does not parse any more`);
    }
    const paths = [...this.#patched.keys()].map(showPath).join(', ');
    const parses = verdicts.includes(false) ? false : verdicts.includes(true) ? true : null;
    const state =
      parses === null
        ? 'no grammar is known to parse it with'
        : parses
          ? 'it still parses'
          : problems.join('; ');
    return {
      applies: true,
      parses,
      message: `The patch applies to ${paths}; ${[state, ...this.#remarks].join('; ')}.`,
    };
  }

  #resolve(file: PatchFile, listing: CommitFiles): Step | string {
    const { path: own } = this.#question;
    if (file.oldPath === null) {
      const target = withoutPrefix(file.newPath ?? own);
      return isInside(target)
        ? { oldPath: null, newPath: target }
        : `${showPath(target)} is no path of a repository`;
    }
    const found = this.#find(file.oldPath ?? own, listing) ?? this.#find(file.newPath ?? own, listing);
    if (found === undefined && file.oldPath !== undefined && file.newPath !== null && onlyAdds(file)) {
      const target = withoutPrefix(file.newPath ?? file.oldPath);
      if (isInside(target)) return { oldPath: null, newPath: target };
    }
    if (found === undefined) return `there is no file ${showPath(file.oldPath ?? own)} to patch`;
    if (file.newPath === null) return { oldPath: found, newPath: null };
    const moves =
      file.oldPath !== undefined &&
      file.newPath !== undefined &&
      withoutPrefix(file.newPath) !== withoutPrefix(file.oldPath);
    if (!moves || this.#find(file.newPath ?? own, listing) === found)
      return { oldPath: found, newPath: found };
    const target = withoutPrefix(file.newPath ?? own);
    return isInside(target)
      ? { oldPath: found, newPath: target }
      : `${showPath(target)} is no path of a repository`;
  }

  #find(path: string, listing: CommitFiles): string | undefined {
    const overlaid = withoutPrefix(path);
    if (typeof this.#patched.get(overlaid) === 'string') return overlaid;
    const { change } = this.#question;
    const resolved = resolvePath({ claimed: path, side: 'head', files: listing, change });
    return resolved.outcome === 'found' ? resolved.entry.path : undefined;
  }

  #create(path: string, file: PatchFile, listing: CommitFiles): FixCheck | null {
    if (this.#exists(path, listing))
      return fails(`it makes a new file ${showPath(path)}, which exists already`);
    const lines = file.hunks.flatMap((hunk) => hunk.lines).filter((line) => line[0] !== '-');
    this.#originals.set(path, null);
    this.#patched.set(path, lines.map((line) => `${line.slice(1)}\n`).join(''));
    return null;
  }

  async #read(path: string, listing: CommitFiles): Promise<string | FixCheck> {
    const known = this.#patched.get(path);
    if (typeof known === 'string') return known;
    const entry = listing.find(path);
    if (known === null || entry === undefined) return fails(`there is no file ${showPath(path)} to patch`);
    const { repository, commit } = this.#question;
    const file = await repository.readFile(commit, entry.path, { maxBytes: mostBytes });
    if (file.outcome === 'too-large')
      return { applies: null, parses: null, message: `${showPath(path)} is too large to try the patch on.` };
    if (file.outcome !== 'found' || file.bytes.subarray(0, 8000).includes(0))
      return fails(`${showPath(path)} is no text file`);
    const text = file.bytes.toString('utf8');
    this.#originals.set(path, text);
    return text;
  }

  #exists(path: string, listing: CommitFiles): boolean {
    const patched = this.#patched.get(path);
    return patched === undefined
      ? listing.find(path) !== undefined || listing.hasDirectory(path)
      : patched !== null;
  }

  #near(path: string): number | null {
    const { path: own, line } = this.#question;
    return path === own ? line : null;
  }
}

function fails(why: string): FixCheck {
  return { applies: false, parses: null, message: `The patch cannot be taken as it is: ${why}.` };
}

function onlyAdds(file: PatchFile): boolean {
  return file.hunks.every((hunk) => hunk.lines.every((line) => line[0] === '+'));
}

function withoutPrefix(path: string): string {
  return path.replace(/^(?:\.\/|[ab]\/)/, '');
}

function isInside(path: string): boolean {
  const parts = path.split('/');
  return (
    path !== '' &&
    !path.startsWith('/') &&
    parts.every((part) => !['', '.', '..', '.git'].includes(part.toLowerCase()))
  );
}

async function countErrors(path: string, text: string): Promise<number | null> {
  const language = languageForPath(path, text.slice(0, 200).split('\n')[0]);
  if (language === null) return null;
  const root = await parseSource(language, text);
  return root === null ? null : syntaxErrors(root);
}
