import { git } from './code/git.ts';
import { findLine, mapLine, parseHunks } from './code/hunks.ts';
import { shownFiles } from './rest/files.ts';
import type { Pull, Thread, World } from './world.ts';

/**
 * Brings threads to today's head: a line moves with the text around it; one whose text has changed, or that the diff
 * shows no more, is outdated. GitHub's own rule is not published; this one is as strict as what was seen of it.
 */
export async function moveThreads(world: World, directory: string, pull: Pull): Promise<void> {
  const { head, base, threads } = pull;
  const difference = await world.readDifference(directory, base.commit, head.commit);
  const shown = difference === null ? new Set() : shownFiles(difference.files);
  for (const thread of threads) {
    if (thread.line === null) continue;
    const file = difference?.files.find((one) => one.path === thread.path && shown.has(one));
    const from =
      thread.side === 'RIGHT' ? thread.commit : await mergeBaseOf(world, directory, base.commit, thread);
    const to = thread.side === 'RIGHT' ? head.commit : (difference?.mergeBase ?? null);
    const moved =
      file === undefined || from === null || to === null
        ? null
        : await moveLines(directory, thread, from, to);
    const visible = moved !== null && findLine(file?.hunks ?? [], thread.side, moved.line) !== null;
    if (!visible) {
      Object.assign(thread, { line: null, startLine: null });
      continue;
    }
    Object.assign(thread, moved, { commit: head.commit });
  }
}

async function mergeBaseOf(world: World, directory: string, base: string, thread: Thread) {
  return (await world.readDifference(directory, base, thread.commit))?.mergeBase ?? null;
}

async function moveLines(directory: string, thread: Thread, from: string, to: string) {
  if (thread.line === null) return null;
  if (from === to) return { line: thread.line, startLine: thread.startLine };
  const text = await git(
    directory,
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--no-renames',
    '-U0',
    from,
    to,
    '--',
    `:(literal)${thread.path}`,
  );
  const start = text.search(/^@@ /m);
  if (start < 0 && text !== '') return null;
  const hunks = start < 0 ? [] : parseHunks(text.slice(start).replace(/\n$/, ''));
  const line = mapLine(hunks, thread.line);
  const startLine = thread.startLine === null ? null : mapLine(hunks, thread.startLine);
  if (line === null || (thread.startLine !== null && startLine === null)) return null;
  return { line, startLine };
}
