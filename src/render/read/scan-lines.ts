/** One line of a Markdown file and what it is at the outermost level. */
export interface ScannedLine {
  text: string;
  kind: 'text' | 'blank' | 'heading' | 'fence' | 'code';
  /** 1 to 6 for a heading, else 0. */
  level: number;
  /** Markdown of a heading, without its marks; else empty. */
  heading: string;
}

const mostRecoveries = 20;
/** A line of more is never a heading, a fence or the first line of a finding. */
export const longestMarkLine = 4000;

/**
 * The lines of a Markdown file, in linear time. A fence that never closes would swallow the rest of the file: it ends
 * at the first heading after it for which `endsOpenFence` says so.
 */
export function scanLines(
  text: string,
  endsOpenFence: (line: ScannedLine) => boolean = () => false,
): ScannedLine[] {
  const texts = text.split('\n');
  const lines: ScannedLine[] = [];
  let fence: { mark: string; at: number } | null = null;
  let recoveries = 0;
  for (let at = 0; at < texts.length; at += 1) {
    const line = texts[at] ?? '';
    if (fence === null) {
      const mark = openedFence(line);
      if (mark !== null) fence = { mark, at };
      lines.push(mark === null ? readLine(line) : plain(line, 'fence'));
    } else {
      const closes = closesFence(line, fence.mark);
      lines.push(plain(line, closes ? 'fence' : 'code'));
      if (closes) fence = null;
    }
    if (fence === null || at < texts.length - 1 || recoveries >= mostRecoveries) continue;
    const open: number = fence.at;
    const end = texts.findIndex((one, index) => index > open && endsOpenFence(readLine(one)));
    if (end < 0) continue;
    recoveries += 1;
    lines.length = end;
    fence = null;
    at = end - 1;
  }
  return lines;
}

function readLine(text: string): ScannedLine {
  if (text.trim() === '') return plain(text, 'blank');
  const match = text.length > longestMarkLine ? null : /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/.exec(text);
  if (match === null) return plain(text, 'text');
  return {
    text,
    kind: 'heading',
    level: match[1]?.length ?? 0,
    heading: withoutClosingMarks((match[2] ?? '').trim()),
  };
}

/** `Title ##` → `Title`. */
function withoutClosingMarks(heading: string): string {
  let end = heading.length;
  while (heading[end - 1] === '#') end -= 1;
  if (end === heading.length) return heading;
  if (end === 0) return '';
  return /[ \t]/.test(heading[end - 1] ?? '') ? heading.slice(0, end).trim() : heading;
}

function plain(text: string, kind: ScannedLine['kind']): ScannedLine {
  return { text, kind, level: 0, heading: '' };
}

function openedFence(line: string): string | null {
  if (line.length > longestMarkLine) return null;
  const [, mark = '', info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  return mark === '' || (mark.startsWith('`') && info.includes('`')) ? null : mark;
}

function closesFence(line: string, mark: string): boolean {
  if (line.length > longestMarkLine) return false;
  const [, found = ''] = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line) ?? [];
  return found[0] === mark[0] && found.length >= mark.length;
}
