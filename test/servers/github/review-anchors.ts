import { isJson, type Json } from '../model/json.ts';
import type { Difference } from './code/diff.ts';
import { findLine, type Hunk, type Side } from './code/hunks.ts';
import { invalidRequest } from './refusal.ts';
import { shownFiles } from './rest/files.ts';

/** A comment of a new review, as far as it can be understood. */
export interface AskedComment {
  path: string;
  body: string;
  side: Side;
  line: number;
  startLine: number | null;
  startSide: Side | null;
}

export interface Anchor {
  diffHunk: string;
  position: number;
}

const fields = ['path', 'body', 'line', 'side', 'start_line', 'start_side'];

/** Refuses what does not fit the operation's schema. */
export function readAskedComments(given: unknown): AskedComment[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw invalidRequest("For 'properties/comments', nil is not an array.");
  return given.map((one: unknown) => {
    if (!isJson(one)) throw invalidRequest("For 'properties/items', nil is not an object.");
    for (const name of Object.keys(one))
      if (!fields.includes(name)) throw invalidRequest(`For 'items', "${name}" is not a permitted key.`);
    for (const name of ['path', 'body'])
      if (typeof one[name] !== 'string') throw invalidRequest(`For 'items', "${name}" wasn't supplied.`);
    const startLine = numberOf(one, 'start_line');
    const side = sideOf(one, 'side') ?? 'RIGHT';
    return {
      path: String(one.path),
      body: String(one.body),
      side,
      line: numberOf(one, 'line') ?? 0,
      startLine,
      startSide: startLine === null ? null : (sideOf(one, 'start_side') ?? side),
    };
  });
}

function numberOf(one: Json, name: string): number | null {
  const value = one[name];
  if (value === undefined || value === null) return null;
  if (!Number.isInteger(value))
    throw invalidRequest(`For 'properties/${name}', ${JSON.stringify(value)} is not an integer.`);
  return Number(value);
}

function sideOf(one: Json, name: string): Side | null {
  const value = one[name];
  if (value === undefined || value === null) return null;
  if (value !== 'LEFT' && value !== 'RIGHT')
    throw invalidRequest(
      `For 'properties/${name}', ${JSON.stringify(value)} is not a member of ["LEFT", "RIGHT"].`,
    );
  return value;
}

/** Where a comment stands in a diff, or what GitHub says against it. */
export function anchorIn(
  difference: Difference,
  asked: Omit<AskedComment, 'body'>,
): Anchor | { errors: string[] } {
  const thread = 'Pull request review thread';
  const noHunk = `${thread} diff hunk can't be blank`;
  const file = difference.files.find((one) => one.path === asked.path);
  if (file === undefined) return { errors: [`${thread} path is invalid`, noHunk] };
  const hunks = shownFiles(difference.files).has(file) ? file.hunks : [];
  const end = findLine(hunks, asked.side, asked.line);
  const wrongStart = `${thread} start line must be part of the same hunk as the line.`;
  if (end === null)
    return {
      errors: [
        `${thread} line must be part of the diff`,
        ...(asked.startLine === null ? [] : [wrongStart]),
        noHunk,
      ],
    };
  if (asked.startLine !== null) {
    const start = findLine([end.hunk], asked.startSide ?? asked.side, asked.startLine);
    if (start === null) return { errors: [wrongStart] };
    if (start.index >= end.index) return { errors: [`${thread} start line must precede the end line.`] };
  }
  return { diffHunk: hunkUpTo(end.hunk, end.index), position: end.hunk.lines[end.index]?.position ?? 0 };
}

function hunkUpTo(hunk: Hunk, index: number): string {
  return [hunk.header, ...hunk.lines.slice(0, index + 1).map((line) => line.text)].join('\n');
}
