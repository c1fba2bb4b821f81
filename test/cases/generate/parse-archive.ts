import { expandLoops } from './expand-loops.ts';

/** What one entry of an archive does to a path. */
export type ArchiveEntry =
  | { action: 'write'; path: string; text: string }
  | { action: 'edit'; path: string; blocks: EditBlock[] }
  | { action: 'remove'; path: string }
  | { action: 'rename'; path: string; to: string };

/** Lines to look for, which have to stand in the file exactly once, and what takes their place. */
export interface EditBlock {
  old: string[];
  new: string[];
}

/** One commit, as an archive in the manner of txtar: a head, a message, then files. */
export interface CommitArchive {
  author: string;
  /** ISO 8601 with an offset. */
  date: string;
  message: string;
  entries: ArchiveEntry[];
}

/** Reads `author:`, `date:`, the message, and entries under `-- path --`, `-- edit: path --` and the like. */
export function parseArchive(text: string, name: string): CommitArchive {
  const sections = text.split(/^-- (.+) --\n/m);
  const head = /^author: (.+)\ndate: (\S+)\n\n(.+)$/s.exec(sections[0] ?? '');
  if (head === null) throw new SyntaxError(`${name}: it must begin with author, date and a message`);
  const entries: ArchiveEntry[] = [];
  for (let index = 1; index < sections.length; index += 2)
    entries.push(parseEntry(sections[index] ?? '', sections[index + 1] ?? '', name));
  const [, author = '', date = '', message = ''] = head;
  if (Number.isNaN(Date.parse(date))) throw new SyntaxError(`${name}: ${date} is no date`);
  return { author, date, message: message.trim(), entries };
}

function parseEntry(title: string, body: string, name: string): ArchiveEntry {
  const [, action, rest = ''] = /^(edit|remove|rename): (.+)$/.exec(title) ?? [];
  if (action === 'remove') return { action, path: rest };
  if (action === 'rename') {
    const [path = '', to = ''] = rest.split(' -> ');
    if (to === '') throw new SyntaxError(`${name}: "${title}" does not say what to rename to`);
    return { action, path, to };
  }
  if (action === 'edit') return { action, path: rest, blocks: parseBlocks(body, `${name}: ${rest}`) };
  return { action: 'write', path: title, text: expandLoops(body) };
}

function parseBlocks(body: string, name: string): EditBlock[] {
  const blocks: EditBlock[] = [];
  let part: 'outside' | 'old' | 'new' = 'outside';
  for (const line of body.replace(/\n$/, '').split('\n')) {
    const block = blocks.at(-1);
    if (line === '<<<<<<<' && part === 'outside') {
      blocks.push({ old: [], new: [] });
      part = 'old';
    } else if (line === '=======' && part === 'old') part = 'new';
    else if (line === '>>>>>>>' && part === 'new') part = 'outside';
    else if (part === 'outside' || block === undefined) {
      if (line.trim() !== '') throw new SyntaxError(`${name}: "${line}" stands outside a block`);
    } else block[part].push(line);
  }
  if (part !== 'outside') throw new SyntaxError(`${name}: its last block has no end`);
  return blocks;
}
