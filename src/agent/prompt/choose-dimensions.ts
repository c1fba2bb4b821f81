import type { Change, FileDiff } from '../../domain/change.ts';
import type { FilePatchView } from '../patch-view.ts';
import { compileGlob } from '../tools/glob.ts';
import { changedWords } from './changed-words.ts';
import type { Dimension, Trigger } from './dimension-file.ts';
import { type FileKind, kindOf } from './file-kind.ts';
import { languageOf } from './language-of.ts';

export interface ChooseDimensionsInput {
  dimensions: readonly Dimension[];
  change: Pick<Change, 'files' | 'commits'>;
  /** The change's patch, as `viewPatch` gives it. */
  patch: ReadonlyMap<string, FilePatchView>;
}

interface Subject {
  file: FileDiff;
  kind: FileKind;
  words: ReadonlySet<string>;
}

/**
 * The lists that fit a change, by their names: those with any trigger that holds. A trigger holds when there are
 * enough commits and one of its words is in the changed lines of files that are all it asks for. Files that nobody
 * reads decide nothing, except by their path. Neither order counts: not that of the lists, not that of the files.
 */
export function chooseDimensions(input: ChooseDimensionsInput): Dimension[] {
  const { dimensions, change, patch } = input;
  const subjects = change.files.map((file): Subject => {
    const kind = kindOf(file);
    return { file, kind, words: isRead(kind) ? changedWords(patch.get(file.path)) : new Set() };
  });
  return dimensions
    .filter(({ when }) => when?.some((trigger) => holds(trigger, subjects, change.commits.length)) ?? true)
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function isRead(kind: FileKind): boolean {
  return kind !== 'generated' && kind !== 'binary' && kind !== 'ignored';
}

function holds(trigger: Trigger, subjects: readonly Subject[], commits: number): boolean {
  if (trigger.commits !== undefined && commits < trigger.commits) return false;
  const { commits: _, ...aboutFiles } = trigger;
  if (Object.keys(aboutFiles).length === 0) return true;
  const globs = trigger.paths?.map(compileGlob);
  return subjects.some((subject) => fits(subject, trigger, globs));
}

function fits(
  { file, kind, words }: Subject,
  trigger: Trigger,
  globs: readonly ((path: string) => boolean)[] | undefined,
): boolean {
  const paths = file.oldPath === null ? [file.path] : [file.path, file.oldPath];
  if (globs === undefined && trigger.kinds === undefined && !isRead(kind)) return false;
  if (globs !== undefined && !paths.some((path) => globs.some((matches) => matches(path)))) return false;
  if (trigger.kinds !== undefined && !trigger.kinds.includes(kind)) return false;
  if (trigger.statuses !== undefined && !trigger.statuses.includes(file.status)) return false;
  const wanted = trigger.languages;
  if (wanted !== undefined && !paths.some((path) => wanted.some((name) => name === languageOf(path))))
    return false;
  return trigger.words?.some((word) => words.has(word)) ?? true;
}
