import type { RawFinding } from '../../src/domain/finding.ts';
import type { RecordedReport } from './load-reports.ts';
import { type Detail, figure } from './row.ts';

/**
 * Whether what was dropped shows in its quotes. Recorded reviews come without the code, so that a quote can only be held
 * against the other quotes of the same file: lines that somebody else quotes, too, are there. No target.
 */
export function measureDrops(reports: readonly RecordedReport[]): Detail {
  const known = new Map<string, Map<string, Set<string>>>();
  const quoted = reports.flatMap((report, number) =>
    report.findings.flatMap((finding, at) => {
      const lines = quotedLines(finding);
      const path = finding.locations[0]?.path ?? '';
      if (lines.length === 0 || path === '') return [];
      const source = `${number} ${finding.reviewer}`;
      const places = known.get(path) ?? new Map<string, Set<string>>();
      known.set(path, places);
      for (const line of lines) places.set(line, (places.get(line) ?? new Set()).add(source));
      return [{ lines, path, source, outcome: report.outcomes[at] ?? null }];
    }),
  );
  const seenElsewhere = ({ lines, path, source }: (typeof quoted)[number]) =>
    lines.filter((line) => [...(known.get(path)?.get(line) ?? [])].some((other) => other !== source)).length /
    lines.length;
  const line = (name: string, some: typeof quoted) => {
    const none = some.filter((one) => seenElsewhere(one) < 0.5).length;
    return `${name.padEnd(10)} ${some.length} quotes, less than half of the lines quoted by anybody else: ${figure(none / Math.max(1, some.length))}`;
  };
  return {
    title: 'Dropped findings, told from quotes (the code itself is not recorded)',
    lines: [
      line(
        'kept',
        quoted.filter(({ outcome }) => outcome === 'consolidated'),
      ),
      line(
        'dropped',
        quoted.filter(({ outcome }) => outcome === 'dropped'),
      ),
    ],
  };
}

/** Lines of the first block of code before the fix, without white space; those that leave lines out don't count. */
export function quotedLines({ claim }: Pick<RawFinding, 'claim'>): string[] {
  const block = /```(?!diff)[^\n]*\n([\s\S]*?)```/.exec(claim.explanation.split('**Fix')[0] ?? '');
  return (block?.[1] ?? '')
    .split('\n')
    .map((text) => text.replace(/\s+/g, ''))
    .filter((text) => text.length > 3 && !/^(\/\/|#)?(\.\.\.|…)/.test(text));
}
