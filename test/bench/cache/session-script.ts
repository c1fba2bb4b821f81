import { RandomSource } from '../../git/patch/random-source.ts';
import type { ScriptToolCall, ScriptTurn } from '../../servers/model/script.ts';
import { codeLines } from '../generate-repository.ts';

export const turns = 40;
const changedFiles = 7;
const fileLines = 420;

export interface SessionFiles {
  base: [path: string, text: string][];
  /** What the change writes: a diff of about 200 KB. */
  head: [path: string, text: string][];
}

/** Files of which every third line is changed, and some that nobody touches. */
export function sessionFiles(): SessionFiles {
  const random = new RandomSource(7);
  const base: SessionFiles['base'] = [];
  const head: SessionFiles['head'] = [];
  for (let at = 0; at < 60; at += 1) {
    const lines = codeLines(random, fileLines);
    base.push([pathOf(at), `${lines.join('\n')}\n`]);
    if (at >= changedFiles) continue;
    const changed = lines.map((line, index) => (index % 3 === 0 ? `${line} // v2` : line));
    head.push([pathOf(at), `${changed.join('\n')}\n`]);
  }
  return { base, head };
}

/**
 * Forty turns as a reviewer has them: reading file by file, searches, a dozen reads at once, findings, a turn of text
 * alone (which is answered with a reminder), and the end.
 */
export function sessionTurns({ head }: SessionFiles): ScriptTurn[] {
  return Array.from({ length: turns }, (_, at): ScriptTurn => {
    const thinking = `Turn ${at}. ${'What does the caller rely on here, and is it still so? '.repeat(20)}`;
    if (at === turns - 1) return { thinking, toolCalls: [finish(head)] };
    if (at === 21) return { thinking, text: 'So far I have seen the locking and the retries.' };
    if (at % 10 === 5)
      return { thinking, toolCalls: Array.from({ length: 12 }, (_, one) => read(at * 3 + one, 60)) };
    if (at % 8 === 7) return { thinking, toolCalls: [report(head, at)] };
    if (at % 4 === 1) return { thinking, toolCalls: [search(at), read(at, 150)] };
    return { thinking, text: 'I open the next file.', toolCalls: [read(at, 150)] };
  });
}

function pathOf(at: number): string {
  return `internal/part${at % 6}/file${at}.go`;
}

function read(at: number, lines: number): ScriptToolCall {
  const startLine = 1 + ((at * 37) % (fileLines - lines));
  return {
    name: 'read_file',
    arguments: { path: pathOf(at % 60), startLine, endLine: startLine + lines - 1 },
  };
}

function search(at: number): ScriptToolCall {
  return { name: 'search', arguments: { pattern: `lock${at}\\b|lease${at}\\b`, context: 1 } };
}

function report(head: SessionFiles['head'], at: number): ScriptToolCall {
  const [path, text] = head[at % changedFiles] ?? ['', ''];
  const lines = text.split('\n');
  const line = 3 * at;
  return {
    name: 'report_finding',
    arguments: {
      severity: 'important',
      kind: 'regression',
      category: 'concurrency',
      title: `The state of part ${at} is read without its lock`,
      locations: [{ path, startLine: line + 1, endLine: line + 3 }],
      quote: lines.slice(line, line + 3).join('\n'),
      explanation: 'The lock is given back before the state is read. '.repeat(6),
      scenario: 'Two calls at once.',
      confidence: 0.7,
    },
  };
}

function finish(head: SessionFiles['head']): ScriptToolCall {
  const coverage = head.map(([path]) => ({ path, status: 'reviewed' }));
  return { name: 'finish_review', arguments: { summary: 'Some defects in the locking.', coverage } };
}
