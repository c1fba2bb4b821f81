import type { FileDiff } from '../../domain/change.ts';

export interface Folder {
  /** Without a slash at its end; empty for files of many places. */
  folder: string;
  files: FileDiff[];
}

const mostFolders = 100;
const deepest = 4;

/** Files by their folders, as deep as a short list allows. Every file is in exactly one of them. */
export function foldByFolder(files: readonly FileDiff[]): Folder[] {
  for (let depth = deepest; depth > 0; depth -= 1) {
    const folders = foldAt(files, depth);
    if (folders.length <= mostFolders) return folders;
  }
  return [{ folder: '', files: [...files] }];
}

function foldAt(files: readonly FileDiff[], depth: number): Folder[] {
  const folders = new Map<string, FileDiff[]>();
  for (const file of files) {
    const folder = file.path.split('/').slice(0, -1).slice(0, depth).join('/');
    const own = folders.get(folder);
    if (own === undefined) folders.set(folder, [file]);
    else own.push(file);
  }
  return [...folders]
    .map(([folder, own]) => ({ folder, files: own }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}
