import type { Change } from '../../domain/change.ts';
import { compileGlob } from '../tools/glob.ts';
import type { Dimension } from './review-context.ts';

/** The lists that fit a change, in their own order: by the paths it touches, old ones too, and its commits. */
export function chooseDimensions(
  dimensions: readonly Dimension[],
  change: Pick<Change, 'files' | 'commits'>,
): Dimension[] {
  const paths = change.files.flatMap((file) =>
    file.oldPath === null ? [file.path] : [file.path, file.oldPath],
  );
  return dimensions.filter(({ paths: globs, minimumCommits }) => {
    if (change.commits.length < minimumCommits) return false;
    if (globs.length === 0) return true;
    const filters = globs.map(compileGlob);
    return paths.some((path) => filters.some((matches) => matches(path)));
  });
}
