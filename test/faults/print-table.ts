import type { NotApplicable } from './fault-row.ts';
import type { RowResult } from './run-rows.ts';

const width = 120;
const nameWidth = 42;
const cellWidth = 3;

interface TableLine {
  fault: string;
  name: string;
  results: Map<string, RowResult>;
  reasons: Map<string, string>;
}

/**
 * Fault by provider as text: one line for a fault, a cell for each provider, the outcome in words. Red cells tell what
 * was asked for and what came; cells that make no sense are listed with their reasons.
 */
export function printTable(input: {
  suite: string;
  results: readonly RowResult[];
  notApplicable: readonly NotApplicable[];
}): string {
  const lines = collectLines(input);
  const cells = [...input.results.map(({ row }) => row), ...input.notApplicable];
  const providers = [...new Set(cells.map(({ provider }) => provider))];
  const left = (line: string, name: string, cell: (provider: string) => string) =>
    [line.padEnd(4), name.padEnd(nameWidth), ...providers.map((one) => cell(one).padEnd(cellWidth))].join(
      ' ',
    );
  const numbers = providers.map((provider, at) => `${at + 1} ${provider}`).join(', ');
  const head = left('', 'fault', (provider) => String(providers.indexOf(provider) + 1));
  const room = Math.max(20, width - head.length - 1);
  const text = [`${input.suite}: ${numbers}`, '', `${head} outcome`, '-'.repeat(width)];
  for (const line of lines) {
    const names = wrap(line.name, nameWidth);
    const outcomes = outcomesOf(line).flatMap((outcome) => wrap(outcome, room));
    for (let at = 0; at < Math.max(names.length, outcomes.length); at += 1) {
      const start = left(at === 0 ? line.fault : '', names[at] ?? '', (provider) =>
        at === 0 ? cellOf(line, provider) : '',
      );
      text.push(`${start} ${outcomes[at] ?? ''}`.trimEnd());
    }
    for (const { row, isGreen, got } of line.results.values())
      if (!isGreen)
        text.push(`     RED ${row.provider}`, `       expected ${row.expected}`, `       got      ${got}`);
  }
  return [...text, ...reasonsOf(lines)].join('\n');
}

function collectLines(input: {
  results: readonly RowResult[];
  notApplicable: readonly NotApplicable[];
}): TableLine[] {
  const lines = new Map<string, TableLine>();
  const lineOf = ({ fault, name }: { fault: string; name: string }) => {
    const key = `${fault} ${name}`;
    const line = lines.get(key) ?? { fault, name, results: new Map(), reasons: new Map() };
    lines.set(key, line);
    return line;
  };
  for (const result of input.results) lineOf(result.row).results.set(result.row.provider, result);
  for (const cell of input.notApplicable) lineOf(cell).reasons.set(cell.provider, cell.reason);
  const number = (line: TableLine) => Number(line.fault.slice(1));
  return [...lines.values()].sort((a, b) => number(a) - number(b));
}

function cellOf(line: TableLine, provider: string): string {
  const result = line.results.get(provider);
  if (result !== undefined) return result.isGreen ? 'ok' : 'RED';
  return line.reasons.has(provider) ? 'n/a' : '';
}

/** The outcomes asked for, each once; with the providers they belong to when they differ. */
function outcomesOf(line: TableLine): string[] {
  const byText = new Map<string, string[]>();
  for (const { row } of line.results.values())
    byText.set(row.expected, [...(byText.get(row.expected) ?? []), row.provider]);
  if (byText.size <= 1) return [...byText.keys()];
  return [...byText].map(([text, providers]) => `${providers.join(', ')}: ${text}`);
}

function reasonsOf(lines: readonly TableLine[]): string[] {
  const reasons = lines.flatMap((line) => {
    const byReason = new Map<string, string[]>();
    for (const [provider, reason] of line.reasons)
      byReason.set(reason, [...(byReason.get(reason) ?? []), provider]);
    return [...byReason].map(
      ([reason, providers]) => `${line.fault} ${line.name} (${providers.join(', ')}): ${reason}`,
    );
  });
  if (reasons.length === 0) return [];
  return ['', 'n/a, not counted:', ...reasons.flatMap((reason) => wrap(`  ${reason}`, width))];
}

function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
