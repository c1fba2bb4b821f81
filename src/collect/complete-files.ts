import type { FileDiff, ObjectId } from '../domain/change.ts';
import { GitError } from '../errors.ts';
import type { ObjectRepository } from '../git/object-repository.ts';

interface CompleteFilesInput {
  repository: ObjectRepository;
  base: ObjectId;
  head: ObjectId;
  files: readonly FileDiff[];
}

/**
 * Adds what a patch leaves out: ids and modes of files that only moved or only changed their mode. Takes away what
 * it shows in place of a submodule's content: the line that names its commit is in no file.
 */
export function completeFiles(input: CompleteFilesInput): Promise<FileDiff[]> {
  return Promise.all(input.files.map(async (file) => withoutSubmoduleLines(await completeFile(file, input))));
}

async function completeFile(file: FileDiff, input: CompleteFilesInput): Promise<FileDiff> {
  const { repository, base, head } = input;
  const hasOld = file.status !== 'added';
  const hasNew = file.status !== 'removed';
  const lacksOld = hasOld && (file.oldOid === null || file.oldMode === null);
  const lacksNew = hasNew && (file.newOid === null || file.newMode === null);
  if (!lacksOld && !lacksNew) return file;
  const [before, after] = await Promise.all([
    hasOld ? repository.findEntry(base, file.oldPath ?? file.path) : null,
    hasNew ? repository.findEntry(head, file.path) : null,
  ]);
  if ((hasOld && before === null) || (hasNew && after === null))
    throw new GitError(`the patch names ${file.path}, which its own commits do not have`);
  return {
    ...file,
    oldMode: before?.mode ?? null,
    newMode: after?.mode ?? null,
    oldOid: before?.oid ?? null,
    newOid: after?.oid ?? null,
  };
}

function withoutSubmoduleLines(file: FileDiff): FileDiff {
  const wasSubmodule = file.oldMode === submodule;
  const isSubmodule = file.newMode === submodule;
  if (!wasSubmodule && !isSubmodule) return file;
  const hunks = file.hunks.filter(
    ({ oldLines, newLines }) =>
      !(wasSubmodule && isSubmodule) && !(wasSubmodule && newLines === 0) && !(isSubmodule && oldLines === 0),
  );
  return { ...file, binary: true, additions: null, deletions: null, hunks };
}

const submodule = '160000';
