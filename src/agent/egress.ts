import type { Change, FileDiff, ObjectId } from '../domain/change.ts';
import { type EgressEntry, type EgressRule, keptFrom } from '../domain/egress.ts';
import type { ProviderId } from '../domain/reviewer.ts';
import type { ObjectRepository, TreeEntry } from '../git/object-repository.ts';
import { type PathChange, readPathHistory } from '../git/path-history.ts';
import type { AgentTool } from './agent-tool.ts';
import { RestrictedRepository } from './restricted-repository.ts';
import { compileGlob } from './tools/glob.ts';

export interface EgressInput {
  rules: readonly EgressRule[];
  repository: ObjectRepository;
  change: Change;
  signal: AbortSignal;
}

/** What one vendor may be sent of a repository. */
export interface Egress {
  /** The only repository a session of the vendor may have. */
  repository: ObjectRepository;
  /** Changed files whose content is kept from it, by their path in the change. */
  withheld: string[];
  /** Those of the tools that can show it nothing of what is kept. */
  tools(all: readonly AgentTool[]): readonly AgentTool[];
}

/** Tools that read nothing of the repository. Whatever else there is might show any file of it. */
const harmlessTools: ReadonlySet<string> = new Set([
  'list_dependencies',
  'read_dependency',
  'search_dependencies',
]);

/**
 * What each vendor may be sent, by the rules. A file is kept when its path is, when it was moved or copied from or to
 * such a path by the change, or when the same content stands or ever stood at one. Rejects when the history cannot be
 * read: then nothing is sent.
 */
export function createEgress(input: EgressInput): (vendor: ProviderId) => Promise<Egress> {
  const known = new Map<ProviderId, Promise<Egress>>();
  return (vendor) => {
    const egress = known.get(vendor) ?? restrict(input, keptFrom(input.rules, vendor));
    known.set(vendor, egress);
    return egress;
  };
}

/** Whether a changed file's content, old or new, is kept from whoever has this repository. */
export function isWithheld(repository: ObjectRepository, file: FileDiff): boolean {
  return [
    { path: file.path, oid: file.newOid },
    { path: file.oldPath ?? file.path, oid: file.oldOid },
  ].some((entry) => repository.withholds?.(entry) === true);
}

async function restrict(input: EgressInput, globs: readonly string[]): Promise<Egress> {
  const { repository, change } = input;
  if (globs.length === 0) return { repository, withheld: [], tools: (all) => all };
  const isKept = await findKept(input, globs);
  const restricted = new RestrictedRepository(repository, isKept);
  return {
    repository: restricted,
    withheld: change.files.filter((file) => isWithheld(restricted, file)).map(({ path }) => path),
    tools: (all) => all.filter(({ definition }) => harmlessTools.has(definition.name)),
  };
}

async function findKept(
  { repository, change, signal }: EgressInput,
  globs: readonly string[],
): Promise<(entry: EgressEntry) => boolean> {
  const matches = pathMatcher(globs);
  const { head, base, mergeBase, headKind } = change;
  const isCommit = headKind === 'commit';
  const tips = isCommit ? [head.sha, base.sha] : [base.sha, mergeBase];
  const [history, moves, ...trees] = await Promise.all([
    readPathHistory(repository, { tips, renames: false, signal }),
    isCommit
      ? readPathHistory(repository, { tips: [head.sha], without: [mergeBase], renames: true, signal })
      : [],
    repository.listFiles(head.sha),
    repository.listFiles(mergeBase),
  ]);
  const moved = followMoves([...moves, ...change.files.map(toPathChange)], matches);
  const isKeptPath = (path: string) => moved.has(path) || matches(path);
  const contents = contentsOf(history, trees.flat(), isKeptPath);
  return ({ path, oid }) => {
    if (oid !== null && emptyBlobs.has(oid)) return false;
    return isKeptPath(path) || (oid !== null && contents.has(oid));
  };
}

/** Content that says nothing. */
const emptyBlobs: ReadonlySet<ObjectId> = new Set([
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
]);

/** Whether a glob matches a path, or any folder it lies in: who keeps a folder keeps what is in it. */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  const filters = globs.map(compileGlob);
  const known = new Map<string, boolean>();
  return (path) => {
    const found = known.get(path);
    if (found !== undefined) return found;
    let kept = false;
    for (let end = path.length; end > 0 && !kept; end = path.lastIndexOf('/', end - 1)) {
      const part = path.slice(0, end);
      kept = filters.some((filter) => filter(part));
    }
    known.set(path, kept);
    return kept;
  };
}

/** Paths that content of a kept path came to or, by a move, came from. */
function followMoves(
  changes: readonly Pick<PathChange, 'oldPath' | 'newPath' | 'status'>[],
  matches: (path: string) => boolean,
): Set<string> {
  const moved = new Set<string>();
  const isKept = (path: string) => moved.has(path) || matches(path);
  const moves = changes.filter(({ oldPath, newPath }) => oldPath !== newPath);
  for (let size = -1; size !== moved.size; ) {
    size = moved.size;
    for (const { oldPath, newPath, status } of moves) {
      if (isKept(oldPath)) moved.add(newPath);
      if (isKept(newPath) && status === 'R') moved.add(oldPath);
    }
  }
  return moved;
}

function contentsOf(
  history: readonly PathChange[],
  entries: readonly TreeEntry[],
  isKeptPath: (path: string) => boolean,
): Set<ObjectId> {
  const contents = new Set<ObjectId>();
  for (const { newPath, oldOid, newOid } of history)
    if (isKeptPath(newPath)) contents.add(oldOid).add(newOid);
  for (const { path, mode, oid } of entries) if (mode !== '160000' && isKeptPath(path)) contents.add(oid);
  return contents;
}

function toPathChange({
  path,
  oldPath,
  status,
}: FileDiff): Pick<PathChange, 'oldPath' | 'newPath' | 'status'> {
  return { oldPath: oldPath ?? path, newPath: path, status: status === 'copied' ? 'C' : 'R' };
}
