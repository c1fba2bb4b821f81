import picomatch from 'picomatch';
import type { FileDiff } from '../domain/change.ts';
import { isSource } from './file-kind.ts';

/** Files at any depth that tell reviewers, people or programs, what to do. */
export function guidesReviewers(path: string): boolean {
  return (
    path === '.deep-review.yml' ||
    /(?:^|\/)(?:AGENTS|CLAUDE|REVIEW)\.md$/.test(path) ||
    /(?:^|\/)deep-review-context\.md$/.test(path)
  );
}

/** Whether a file is a list of git's attributes. */
export function isAttributesFile(path: string): boolean {
  return /(?:^|\/)\.gitattributes$/.test(path);
}

/**
 * Source files of the change that a line of `.gitattributes` takes out of what reviewers are shown; empty for a line
 * that does nothing of the kind. Files that are known to be made or copied are no loss.
 */
export function hiddenBy(line: string, attributesPath: string, files: readonly FileDiff[]): string[] {
  const match = /^\s*("(?:[^"\\]|\\.)*"|[^\s#"!]\S*)\s+(\S.*)$/.exec(line.slice(0, 4096));
  if (match === null) return [];
  const attributes = (match[2] ?? '').split(/\s+/);
  if (!attributes.some(hides)) return [];
  const pattern = (match[1] ?? '').replace(/^"|"$/g, '');
  const folder = attributesPath.slice(0, -'.gitattributes'.length);
  const matches = compile(pattern);
  return files
    .filter(({ path, generated, vendored, status }) => {
      if (generated || vendored || status === 'removed' || !isSource(path)) return false;
      return path.startsWith(folder) && matches(path.slice(folder.length));
    })
    .map(({ path }) => path);
}

/** A named diff driver is left out: what it does is up to whoever configures it, and the forge shows the lines. */
function hides(attribute: string): boolean {
  return /^(?:-diff|binary|linguist-(?:generated|vendored|documentation)(?:=true)?)$/.test(attribute);
}

/** A pattern without a slash is matched against names, one with a slash against paths. */
function compile(pattern: string): (path: string) => boolean {
  const anchored = pattern.includes('/');
  const glob = pattern.replace(/^\//, '').slice(0, 500);
  return picomatch(anchored ? glob : `**/${glob}`, { dot: true, nobrace: true, noextglob: true });
}
