import { appendFile, readFile } from 'node:fs/promises';

/** The runner takes 1,024 KiB of a step, and nothing of more. */
const mostBytes = 1_000_000;

/** Appends Markdown to the page of the workflow run. Resolves to false where the runner has none. */
export async function appendJobSummary(path: string | null, markdown: string): Promise<boolean> {
  if (path === null) return false;
  const note = '\n\nCut here: the rest is in the report.\n';
  const bytes = Buffer.from(`${markdown.trimEnd()}\n`);
  const text =
    bytes.length <= mostBytes
      ? bytes
      : `${new TextDecoder().decode(bytes.subarray(0, mostBytes)).replace(/\uFFFD$/, '')}${note}`;
  await appendFile(path, text);
  return true;
}

export function readSummary(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
