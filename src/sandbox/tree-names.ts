/** Longest name a file system takes, longest path that still has room for ours before it, and how deep it may be: bytes. */
const longest = { name: 255, path: 2048, depth: 128 };

/** Characters that some file systems pass over, so that a name with them is another name. */
const ignorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * Why a path of a commit is not written into a folder of ours; null when it may be. Made for the worst file system: one
 * that knows no case and short names.
 */
export function refusePath(path: Uint8Array): string | null {
  const bytes = Buffer.from(path);
  if (bytes.length > longest.path) return 'its path is too long';
  if (bytes.includes(0)) return 'its name holds a NUL';
  const names = bytes.toString('latin1').split('/');
  if (names.length > longest.depth) return 'it lies too deep';
  for (const name of names) {
    if (name === '') return 'its path is not relative';
    if (name === '.' || name === '..') return 'its path leads upwards';
    if (name.length > longest.name) return 'its name is too long';
    if (isGitFolder(Buffer.from(name, 'latin1').toString('utf8'))) return 'its name is that of a git folder';
  }
  return null;
}

/**
 * Whether a symbolic link can never lead out of the folder, whatever other links it meets. It may go up from its own
 * folder and then down; going up again behind a name is refused, because that name may be a link.
 */
export function staysInside(path: Uint8Array, target: Uint8Array): boolean {
  const names = Buffer.from(target).toString('latin1').split('/');
  if (names[0] === '' || target.length === 0 || target.length > longest.path || target.includes(0))
    return false;
  let depth = Buffer.from(path).toString('latin1').split('/').length - 1;
  let named = false;
  for (const name of names) {
    if (name === '' || name === '.') continue;
    if (name !== '..') named = true;
    else if (named || depth === 0) return false;
    else depth -= 1;
  }
  return true;
}

function isGitFolder(name: string): boolean {
  return name
    .replace(ignorable, '')
    .toLowerCase()
    .split('\\')
    .some((part) => /^(?:\.git|git~1)[. ]*(?::.*)?$/s.test(part));
}
