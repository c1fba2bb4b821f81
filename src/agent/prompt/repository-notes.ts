import type { Change } from '../../domain/change.ts';
import { makeVisible } from '../../domain/visible-text.ts';
import type { ObjectRepository } from '../../git/object-repository.ts';

/** One of the files in which a repository says how to work on it. */
export interface RepositoryNote {
  path: string;
  /** Hidden characters are visible; cut and marked when overlong. */
  text: string;
}

/** Read at the base only: the head belongs to whoever wants the change merged. */
const notePaths: readonly string[] = ['deep-review-context.md', 'REVIEW.md', 'AGENTS.md', 'CLAUDE.md'];
const longestNote = 40_000;

/** The notes there are at the base, each content once. Links, binary and very large files are none. */
export async function readRepositoryNotes(
  repository: ObjectRepository,
  change: Pick<Change, 'base'>,
): Promise<RepositoryNote[]> {
  const notes: RepositoryNote[] = [];
  const seen = new Set<string>();
  for (const path of notePaths) {
    const file = await repository.readFile(change.base.sha, path, { maxBytes: 2 ** 20 });
    if (file.outcome !== 'found' || !file.mode.startsWith('100') || seen.has(file.oid)) continue;
    if (file.bytes.subarray(0, 8000).includes(0)) continue;
    seen.add(file.oid);
    const text = makeVisible(file.bytes.toString('utf8')).trim();
    if (text === '') continue;
    const rest = text.length - longestNote;
    notes.push({
      path,
      text: rest > 0 ? `${text.slice(0, longestNote)}\n[${rest} more characters: read_file at base]` : text,
    });
  }
  return notes;
}
