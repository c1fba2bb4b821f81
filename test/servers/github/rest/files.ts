import type { Octokit } from 'octokit';
import type { ChangedFile } from '../code/diff.ts';
import type { RepositoryCall } from '../route.ts';
import type { DataOf } from '../shapes.ts';

export const maxFiles = 3_000;
export const maxPatchLines = 20_000;
const maxPatchBytes = 1_000_000;

type FileShape = DataOf<Octokit['rest']['pulls']['listFiles']>[number];

/**
 * The rows of a change. Past 20,000 patch lines GitHub shows files as if nothing had changed in them: no patch, and
 * zeros for counts.
 */
export function fileShapes(call: RepositoryCall, files: readonly ChangedFile[], head: string): FileShape[] {
  const visible = shownFiles(files);
  return files.map((file) => {
    const shown = visible.has(file);
    const path = file.path.split('/').map(encodeURIComponent).join('/');
    const html = `${call.addresses.html}/${call.repository.fullName}`;
    return {
      sha: file.blob,
      filename: file.path,
      status: file.status,
      additions: shown ? file.additions : 0,
      deletions: shown ? file.deletions : 0,
      changes: shown ? file.additions + file.deletions : 0,
      blob_url: `${html}/blob/${head}/${path}`,
      raw_url: `${html}/raw/${head}/${path}`,
      contents_url: `${call.addresses.api}/repos/${call.repository.fullName}/contents/${path}?ref=${head}`,
      ...(shown && file.patch !== null ? { patch: file.patch } : {}),
      ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
    };
  });
}

/** Files whose patch GitHub shows. */
export function shownFiles(files: readonly ChangedFile[]): ReadonlySet<ChangedFile> {
  const shown = new Set<ChangedFile>();
  let lines = 0;
  let bytes = 0;
  for (const file of files) {
    lines += file.lines;
    bytes += file.patch?.length ?? 0;
    if (lines > maxPatchLines || bytes > maxPatchBytes) break;
    shown.add(file);
  }
  return shown;
}
