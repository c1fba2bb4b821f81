import { constants, open } from 'node:fs/promises';
import type * as z from 'zod';
import { RunDirectoryError } from '../errors.ts';
import type { RunMemory } from './run-memory.ts';

/** What a file of a run holds: read and checked, or proved not to be there. */
export type ArtifactLookup<T> = { outcome: 'found'; value: T } | { outcome: 'absent' };

export interface ReadArtifactInput<Schema extends z.ZodType> {
  path: string;
  schema: Schema;
  /** The `schemaVersion` this program reads. */
  version: number;
  /** What the disk would not take: counts before what is there. */
  memory?: Pick<RunMemory, 'files'>;
}

/**
 * Reads a JSON file of a run. Another schema version is refused, naming both; anything else that does not fit is
 * a `RunDirectoryError` with the key. `absent` only when the file is proved not to exist.
 */
export async function readArtifact<Schema extends z.ZodType>(
  input: ReadArtifactInput<Schema>,
): Promise<ArtifactLookup<z.infer<Schema>>> {
  const kept = input.memory?.files.get(input.path);
  const text = kept === undefined ? await readPlainFile(input.path) : Buffer.from(kept).toString('utf8');
  if (text === null) return { outcome: 'absent' };
  const data = parseJson(text, input.path);
  refuseOtherVersion(data, input.path, input.version);
  const parsed = input.schema.safeParse(data);
  if (parsed.success) return { outcome: 'found', value: parsed.data };
  const issue = parsed.error.issues[0];
  throw new RunDirectoryError(
    `${input.path} is not what it should be: ${issue?.path.join('.') || '(top)'}: ${issue?.message ?? 'invalid'}`,
    { hint: 'start anew with --fresh', cause: parsed.error },
  );
}

/** As `readArtifact`, for a file that has to be there. */
export async function readRequiredArtifact<Schema extends z.ZodType>(
  input: ReadArtifactInput<Schema> & { madeBy: string },
): Promise<z.infer<Schema>> {
  const lookup = await readArtifact(input);
  if (lookup.outcome === 'found') return lookup.value;
  throw new RunDirectoryError(`${input.path} is missing`, { hint: `run the stage "${input.madeBy}" first` });
}

/** Largest file of a run that is read. */
const maxBytes = 512 * 2 ** 20;

/**
 * The text of a plain file of a run; null when it is proved not to exist. A link, a pipe or a device in its place could
 * come from others, and could lead anywhere: that, and whatever else keeps it from being read, is a `RunDirectoryError`.
 */
export async function readPlainFile(path: string): Promise<string | null> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  try {
    const file = await open(path, flags);
    try {
      const entry = await file.stat();
      if (!entry.isFile() || entry.size > maxBytes) throw new Error('it is no plain file of a sensible size');
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new RunDirectoryError(
      `cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint: 'check the path and its rights', cause },
    );
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RunDirectoryError(`${path} is not JSON: ${cause instanceof Error ? cause.message : cause}`, {
      hint: 'the file was cut off or edited; start anew with --fresh',
      cause,
    });
  }
}

function refuseOtherVersion(data: unknown, path: string, version: number): void {
  const found =
    typeof data === 'object' && data !== null && 'schemaVersion' in data ? data.schemaVersion : undefined;
  if (found === version) return;
  throw new RunDirectoryError(
    `${path} has schema version ${JSON.stringify(found) ?? 'none'}, this program reads version ${version}`,
    { hint: 'use the version of deep-review that wrote it, or start anew with --fresh' },
  );
}
