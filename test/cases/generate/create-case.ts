import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findPackageDirectory } from '../../../src/config.ts';
import { CaseFile, type PlantedDefect, RepositoryFile } from './case-file.ts';
import { applyArchive, type FileTree, findPlace, type Place } from './file-tree.ts';
import { type CommitArchive, parseArchive } from './parse-archive.ts';
import { type CommitTree, writeRepository } from './write-repository.ts';

/** A planted defect with its places at the head. */
export interface ExpectedFinding extends Omit<PlantedDefect, 'at' | 'alternatives'> {
  place: Place;
  alternatives: Place[];
}

export interface LoadedCase extends Omit<CaseFile, 'expected' | 'standing'> {
  name: string;
  expected: ExpectedFinding[];
  /** Standing defects of the repository that nobody has to name here. */
  tolerated: ExpectedFinding[];
  commits: CommitTree[];
}

/** A pull request as a repository on disk. */
export interface GeneratedCase extends LoadedCase {
  /** The repository's folder; nothing is checked out in it. */
  path: string;
  base: string;
  head: string;
}

const root = () => join(findPackageDirectory(), 'test', 'cases');

/** Names of all cases, in order. */
export function listCases(): string[] {
  return readdirSync(join(root(), 'pull-requests')).sort();
}

/** Makes a case as a git repository in a folder that does not exist yet; the same ids every time. */
export function createCase(name: string, directory: string): GeneratedCase {
  const loaded = loadCase(name);
  const { base, head } = writeRepository(directory, loaded.branch, loaded.commits);
  return { ...loaded, path: directory, base, head };
}

/** Reads a case and finds the places of its defects. Throws `SyntaxError` for one that does not fit together. */
export function loadCase(name: string): LoadedCase {
  const folder = join(root(), 'pull-requests', name);
  const file = readYaml(join(folder, 'case.yml'), CaseFile);
  const home = join(root(), 'repositories', file.repository);
  const { standing } = readYaml(join(home, 'repository.yml'), RepositoryFile);
  const older = readArchives(home);
  const own = readArchives(folder);
  const commits: CommitTree[] = [];
  let tree: FileTree = new Map();
  for (const { archive, label } of [...older, ...own]) {
    tree = applyArchive(tree, archive, label);
    commits.push({ archive, tree, onBranch: commits.length >= older.length });
  }
  const base = commits[older.length - 1]?.tree ?? new Map();
  const locate = ({ at, alternatives, ...defect }: PlantedDefect): ExpectedFinding => {
    try {
      const [place, ...others] = [at, ...alternatives].map((mark) => locateMark(mark, base, tree));
      if (place === undefined) throw new SyntaxError('it has no place');
      return { ...defect, place, alternatives: others };
    } catch (cause) {
      throw new SyntaxError(`${name}: ${defect.id}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
  };
  const unknown = file.standing.filter((id) => !standing.some((defect) => defect.id === id));
  if (unknown.length > 0) throw new SyntaxError(`${name}: ${file.repository} has no standing ${unknown[0]}`);
  const isExpected = ({ id }: PlantedDefect) => file.standing.includes(id);
  return {
    ...file,
    name,
    expected: [...file.expected, ...standing.filter(isExpected)].map(locate),
    tolerated: standing
      .filter((defect) => !isExpected(defect))
      .flatMap((defect) => still(defect, tree, locate)),
    commits,
  };
}

/** A standing defect that the change removed is nothing to tolerate. */
function still(
  defect: PlantedDefect,
  head: FileTree,
  locate: (defect: PlantedDefect) => ExpectedFinding,
): ExpectedFinding[] {
  const isThere = [...head.values()].some((lines) => lines.some(({ marks }) => marks.includes(defect.at)));
  return isThere ? [locate(defect)] : [];
}

function locateMark(mark: string, base: FileTree, head: FileTree): Place {
  return mark.startsWith('base/')
    ? findPlace(base, mark.slice('base/'.length), 'base')
    : findPlace(head, mark, 'head');
}

function readArchives(folder: string): { archive: CommitArchive; label: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txtar'))
    .sort()
    .map((name) => ({
      archive: parseArchive(readFileSync(join(folder, name), 'utf8'), name),
      label: `${folder.split('/').at(-1)}/${name}`,
    }));
}

function readYaml<T>(path: string, schema: { parse(value: unknown): T }): T {
  try {
    return schema.parse(parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new SyntaxError(`${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
