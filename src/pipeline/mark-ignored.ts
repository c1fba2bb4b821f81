import picomatch from 'picomatch';
import type { Change } from '../domain/change.ts';

/** Marks the files that the configuration's globs say need no review. They stay in the change and in the report. */
export function markIgnored(change: Change, globs: readonly string[]): Change {
  if (globs.length === 0) return change;
  const matches = picomatch([...globs], { dot: true });
  return {
    ...change,
    files: change.files.map((file) => ({ ...file, ignored: matches(file.path) })),
  };
}
