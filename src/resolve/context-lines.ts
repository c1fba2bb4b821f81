import { type ContextNote, nameOfPattern } from '../domain/context-suggestion.ts';
import { toDeclinedNote } from '../render/build/declined-notes.ts';
import { escapeInlineCode } from '../render/markdown/escape.ts';
import { shorten } from '../render/text/words.ts';

const mostText = 1000;

/** Which section of the notes a line belongs to. */
export type ContextSection = 'declined' | 'suggested';

export function sectionOf({ declined }: ContextNote): ContextSection {
  return declined === undefined ? 'suggested' : 'declined';
}

/**
 * A suggestion as one line of the notes, with nothing alive in it. What was declined is worded anew from what was counted,
 * whatever a report says, and bears its name.
 */
export function toContextLine(note: ContextNote): string {
  if (note.declined !== undefined) {
    const { rule, why } = toDeclinedNote(note.declined);
    return `- ${rule}. ${why} ${nameOfPattern(note.declined.names[0] ?? '')}`;
  }
  const [rule, why] = [note.rule, note.why].map((text) => escapeInlineCode(shorten(text.trim(), mostText)));
  return `- ${rule}${why === '' ? '' : ` — ${why}`}`;
}

/** Whether the notes have the line, or one that tells of the same. */
export function holdsLine(text: string, note: ContextNote, line: string): boolean {
  const isNamed = (note.declined?.names ?? []).some((name) => text.includes(nameOfPattern(name)));
  return isNamed || text.split(/\r?\n/).includes(line);
}

/**
 * Notes with more lines at the end of the section that `heading`, Markdown whose first line is a heading of level two,
 * begins; a section that is not there is put at the end. Everything else stays as it is, also its line ends.
 */
export function addContextLines(text: string, heading: string, lines: readonly string[]): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const own = text.split('\n');
  const isCode = markCode(own);
  const [title = ''] = heading.split('\n');
  const start = own.findIndex((line, at) => isCode[at] === false && line.replace(/\r$/, '') === title);
  if (start === -1) {
    const before = text === '' ? '' : /\n$/.test(text) ? `${text}${end}` : `${text}${end}${end}`;
    return `${before}${[...heading.trimEnd().split('\n'), '', ...lines, ''].join(end)}`;
  }
  const next = own.findIndex((line, at) => at > start && isCode[at] === false && /^#{1,2}\s/.test(line));
  let last = next === -1 ? own.length : next;
  while (last > start + 1 && own[last - 1]?.trim() === '') last -= 1;
  const gap = /^[-*+] /.test(own[last - 1] ?? '') ? [] : [''];
  const before = own.slice(0, last).join('\n') + (last < own.length ? '\n' : end);
  return `${before}${[...gap, ...lines].map((line) => `${line}${end}`).join('')}${own.slice(last).join('\n')}`;
}

/** Of each line whether it stands in a fence of code, which is no heading then. */
function markCode(lines: readonly string[]): boolean[] {
  let fence: string | null = null;
  return lines.map((line) => {
    const [, mark = '', rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line.trimEnd()) ?? [];
    if (fence === null) {
      if (mark !== '') fence = mark;
      return mark !== '';
    }
    if (mark.startsWith(fence) && rest === '') fence = null;
    return true;
  });
}
