import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectId } from '../domain/change.ts';
import { decodePath, encodePath } from '../domain/git-path.ts';
import type { ObjectRepository, TreeEntry } from './object-repository.ts';
import { type GitCall, runGit } from './run-git.ts';

/** What `.gitattributes` says of one file; null where it says nothing. */
export interface FileAttributes {
  generated: boolean | null;
  vendored: boolean | null;
}

export interface ReadAttributesInput {
  repository: ObjectRepository;
  /** As `findAttributesFiles` found them. */
  files: readonly TreeEntry[];
  /** Need not exist at that commit. Nothing is said of impossible ones (`../x`, `.git/x`). */
  paths: readonly string[];
  signal: AbortSignal;
}

/** The `.gitattributes` files that count: those of the base, so that a change cannot hide its own files. */
export async function findAttributesFiles(
  repository: ObjectRepository,
  base: ObjectId,
): Promise<TreeEntry[]> {
  return (await repository.listFiles(base)).filter(
    ({ path, mode }) =>
      mode.startsWith('100') &&
      (path === attributesFile || path.endsWith(`/${attributesFile}`)) &&
      isOrdinary(path),
  );
}

/**
 * `linguist-generated` and `linguist-vendored` as git itself understands the `.gitattributes` files of a commit. An
 * index of nothing but those files is asked, so that size does not matter and no file is checked out.
 */
export async function readAttributes(input: ReadAttributesInput): Promise<Map<string, FileAttributes>> {
  const { repository, files, paths, signal } = input;
  const asked = paths.filter(isOrdinary);
  if (files.length === 0 || asked.length === 0) return new Map();
  const index = join(repository.gitDirectory, `attributes-${randomBytes(6).toString('hex')}.index`);
  const call: Omit<GitCall, 'argv'> = {
    gitDirectory: repository.gitDirectory,
    variables: { GIT_INDEX_FILE: index },
    settings: ['-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false'],
    searchPath: repository.searchPath,
    signal,
  };
  try {
    const entries = files.flatMap(({ path, mode, oid }) => [
      Buffer.from(`${mode} ${oid}\t`),
      encodePath(path),
      zero,
    ]);
    await runGit({ ...call, argv: ['update-index', '-z', '--index-info'], input: Buffer.concat(entries) });
    const { stdout } = await runGit({
      ...call,
      argv: ['check-attr', '--cached', '--stdin', '-z', generated, vendored],
      input: Buffer.concat(asked.flatMap((path) => [encodePath(path), zero])),
    });
    return readAnswers(stdout);
  } finally {
    await rm(index, { force: true });
  }
}

const attributesFile = '.gitattributes';
const generated = 'linguist-generated';
const vendored = 'linguist-vendored';
const zero = Buffer.from([0]);

/** A tree made by hand can hold names that no checkout can have; git refuses to be asked about them. */
function isOrdinary(path: string): boolean {
  return path.split('/').every((name) => !/^(?:\.{0,2}|\.git)$/i.test(name));
}

/** `path NUL attribute NUL value NUL`, again and again. */
function readAnswers(output: Buffer): Map<string, FileAttributes> {
  const fields: Buffer[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0, at);
    fields.push(output.subarray(at, end));
    at = end + 1;
  }
  const answers = new Map<string, FileAttributes>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const path = decodePath(fields[at] ?? zero);
    const value = toBoolean(fields[at + 2]?.toString('latin1') ?? '');
    const known = answers.get(path) ?? { generated: null, vendored: null };
    const isGenerated = fields[at + 1]?.toString('latin1') === generated;
    answers.set(path, isGenerated ? { ...known, generated: value } : { ...known, vendored: value });
  }
  return answers;
}

function toBoolean(value: string): boolean | null {
  if (value === 'set' || value === 'true') return true;
  return value === 'unset' || value === 'false' ? false : null;
}
