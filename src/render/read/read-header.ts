import { longestMarkLine, type ScannedLine } from './scan-lines.ts';

export interface HeaderRow {
  name: string;
  /** Markdown of one line. */
  value: string;
}

/** What stands before the first section: its rows, and the lines that are neither title nor row. */
export interface ReadHeader {
  rows: HeaderRow[];
  /** Indexes of the lines that became title or rows. */
  used: ReadonlySet<number>;
  /** Markdown of the title; empty when there is none. */
  title: string;
}

const knownNames =
  /^(?:date|repo|repository|round|author|pr|pull request|branch|commits?|reviewers?|verdict|recommendation|wall-clock time|duration|cost|mode|updated|base|head)$/i;
const mostRows = 60;

/**
 * The header of a report: the table right below its title, or lines such as `**Date:** 2026-03-13`. Rows of a table
 * count with any name when one of them is known.
 */
export function readHeader(lines: readonly ScannedLine[]): ReadHeader {
  const used = new Set<number>();
  const titleAt = lines.findIndex(({ kind }) => kind === 'heading');
  if (titleAt >= 0) used.add(titleAt);
  const rows: HeaderRow[] = [];
  const table = findTable(lines);
  const found = table.rows.map(({ at, cells }) => ({
    at,
    name: plainName(cells[0] ?? ''),
    value: cells[1] ?? '',
  }));
  if (found.some(({ name }) => knownNames.test(name))) {
    for (const { name, value } of found) rows.push({ name, value });
    for (const at of table.lines) used.add(at);
  } else
    for (const [at, line] of lines.entries()) {
      const row = line.kind === 'text' ? readNamedLine(line.text) : null;
      if (row === null || rows.length >= mostRows) continue;
      rows.push(row);
      used.add(at);
    }
  return { rows, used, title: lines[titleAt]?.heading ?? '' };
}

/** The first table of two columns; nothing when a row has another number of cells, so that no cell is lost. */
function findTable(lines: readonly ScannedLine[]): {
  rows: { at: number; cells: string[] }[];
  lines: number[];
} {
  const rows: { at: number; cells: string[] }[] = [];
  const own: number[] = [];
  for (const [at, { kind, text }] of lines.entries()) {
    const cells = kind === 'text' && text.length <= 20 * longestMarkLine ? splitRow(text) : null;
    if (cells === null) {
      if (own.length > 0) break;
      continue;
    }
    own.push(at);
    if (cells.length !== 2) return { rows: [], lines: [] };
    const isRule = cells.every((cell) => /^:?-+:?$/.test(cell));
    if (!isRule && cells.some((cell) => cell !== '')) rows.push({ at, cells });
  }
  return own.length > 2 && rows.length <= mostRows ? { rows, lines: own } : { rows: [], lines: [] };
}

/** Cells of `| a | b |`; a pipe behind a backslash is text. null for any other line. */
function splitRow(line: string): string[] | null {
  const text = line.trim();
  if (!text.startsWith('|') || text.length < 2) return null;
  const cells: string[] = [];
  let cell = '';
  for (let at = 1; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\' && text[at + 1] === '|') {
      cell += '|';
      at += 1;
    } else if (character === '|') {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  if (cell.trim() !== '') cells.push(cell.trim());
  return cells;
}

/** `**Date:** x`, `- **Date**: x`, `Date: x` with a known name. */
function readNamedLine(text: string): HeaderRow | null {
  if (text.length > longestMarkLine) return null;
  const [, bold, name = '', value = ''] =
    /^ {0,3}(?:[-*] )?(\*\*)?([A-Za-z][A-Za-z -]{1,30}?)(?::\*\*|\*\*:|:)[ \t]*(\S.*)$/.exec(text) ?? [];
  if (!knownNames.test(name.trim()) || (bold === undefined && /\*\*/.test(text.slice(0, name.length + 4))))
    return null;
  return { name: name.trim(), value: value.trim() };
}

function plainName(cell: string): string {
  return cell.replace(/[*_`]/g, '').replace(/:$/, '').trim();
}
