import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isGuard } from '../../src/domain/guard.ts';
import type { LedgerEntry } from '../../src/domain/ledger.ts';
import { Report, type RetroColumn, type SeverityCounts } from '../../src/domain/report.ts';
import { severities } from '../../src/domain/vocabulary.ts';

/**
 * What does not add up in a report's retro, counted again from the ledger and the published findings alone; empty when
 * all does.
 */
export function retroProblems(report: Report): string[] {
  const { retro, ledger, findings, counts } = report;
  const problems: string[] = [];
  const same = (what: string, printed: unknown, counted: unknown) => {
    const [a, b] = [JSON.stringify(printed), JSON.stringify(counted)];
    if (a !== b) problems.push(`${what}: ${a} is printed, ${b} is counted`);
  };
  same('raw findings', ledger.raw, ledger.entries.length);
  same('accounted findings', ledger.accounted, ledger.entries.length);
  same('findings by severity', counts, count(findings, 'severity'));
  same(
    'columns',
    retro.columns.map(({ reviewer }) => reviewer),
    report.reviewers.map(({ reviewer }) => reviewer.id),
  );
  for (const column of retro.columns) checkColumn(report, column, same);
  same(
    'lines of the reconciliation',
    retro.reconciliation.map(({ key }) => key).sort(),
    ledger.entries
      .filter((entry) => entry.finalSeverity !== entry.severity)
      .map(({ key }) => key)
      .sort(),
  );
  for (const row of retro.agreement)
    same(
      `claims of ${row.reviewers} reviewers`,
      row.clusters,
      row.confirmed + row.uncertain + row.unexamined + row.refuted + row.moved + row.declined,
    );
  same(
    'claims in all',
    retro.agreement.reduce((sum, { clusters }) => sum + clusters, 0),
    new Set(ledger.entries.flatMap((one) => (isGuard(one.reviewer) ? [] : (one.cluster ?? [])))).size,
  );
  same(
    'claims that were published',
    retro.agreement.reduce((sum, row) => sum + row.confirmed + row.uncertain + row.unexamined, 0),
    findings.filter(({ reviewers }) => !reviewers.some(isGuard)).length,
  );
  return problems;
}

function checkColumn(
  { retro, ledger, findings, coverage }: Report,
  column: RetroColumn,
  same: (what: string, printed: unknown, counted: unknown) => void,
): void {
  const { reviewer } = column;
  const own = ledger.entries.filter((entry) => entry.reviewer === reviewer && !isTakenBack(entry));
  const published = own.filter(({ fate }) => fate.fate === 'kept' || fate.fate === 'merged');
  const shown = published.filter(({ finalSeverity }) => finalSeverity !== null);
  const dropped = own.filter(({ fate }) => fate.fate === 'dropped');
  const moved = own.filter(({ fate, finalSeverity }) => fate.fate !== 'dropped' && finalSeverity === null);
  same(`findings of ${reviewer}`, column.findings, count(own, 'severity'));
  same(`dropped of ${reviewer}`, column.dropped, dropped.length);
  same(
    `published, moved and dropped of ${reviewer}`,
    total(column.findings),
    shown.length + moved.length + dropped.length,
  );
  same(
    `false positives of ${reviewer}`,
    column.falsePositives,
    dropped.filter(({ fate }) => 'reason' in fate && ['evidence-not-found', 'refuted'].includes(fate.reason))
      .length,
  );
  const raised = findings.filter(({ reviewers }) => reviewers.includes(reviewer));
  same(`totals of ${reviewer}`, column.totals, count(raised, 'severity'));
  same(
    `clusters behind the totals of ${reviewer}`,
    total(column.totals),
    new Set(shown.map((one) => one.cluster)).size,
  );
  same(
    `downgraded of ${reviewer}`,
    column.downgraded.reduce((sum, { count: number }) => sum + number, 0),
    shown.filter((one) => rank(one.finalSeverity) > rank(one.severity)).length,
  );
  same(
    `tool calls of ${reviewer}`,
    column.toolCalls.total,
    column.toolCalls.byTool.reduce((sum, { count: number }) => sum + number, 0),
  );
  const cells = coverage.flatMap((row) => row.cells.filter((cell) => cell.reviewer === reviewer));
  same(`files of ${reviewer}`, column.filesReviewed, cells.filter(({ cell }) => cell === 'read').length);
  same(
    `coverage misses of ${reviewer}`,
    column.coverageMisses,
    cells.filter(({ cell }) => cell === 'missed').length,
  );
  const inflation = retro.inflation.find((row) => row.reviewer === reviewer);
  same(`inflation of ${reviewer}`, inflation, {
    reviewer,
    published: shown.length,
    higher: shown.filter((one) => rank(one.finalSeverity) > rank(one.severity)).length,
    equal: shown.filter((one) => one.finalSeverity === one.severity).length,
    lower: shown.filter((one) => rank(one.finalSeverity) < rank(one.severity)).length,
    steps: shown.reduce((sum, one) => sum + rank(one.finalSeverity) - rank(one.severity), 0),
    criticals: {
      rated: own.filter(({ severity }) => severity === 'critical').length,
      stood: shown.filter((one) => one.severity === 'critical' && one.finalSeverity === 'critical').length,
    },
  });
}

/** Throws when the retro of a report does not add up. */
export function requireSoundRetro(report: Report, where: string): void {
  const problems = retroProblems(report);
  if (problems.length > 0) throw new Error(`the retro of ${where} does not add up:\n${problems.join('\n')}`);
}

/** The same for the report of a run directory. */
export function requireSoundRetroIn(runDirectory: string): void {
  const path = join(runDirectory, 'render', 'report.json');
  requireSoundRetro(Report.parse(JSON.parse(readFileSync(path, 'utf8'))), path);
}

/** The same for every report whose page an answer of the program names. */
export function requireSoundRetros(answer: string): void {
  const folders = [...answer.matchAll(/(\/[^\s"]*\/render)\/report\.html/g)].map(
    ([, folder]) => folder ?? '',
  );
  for (const folder of new Set(folders))
    if (existsSync(join(folder, 'report.json'))) requireSoundRetroIn(dirname(folder));
}

function isTakenBack({ fate }: LedgerEntry): boolean {
  return fate.fate === 'dropped' && fate.reason === 'withdrawn';
}

function rank(severity: LedgerEntry['finalSeverity']): number {
  return severity === null ? Number.NaN : severities.indexOf(severity);
}

function count<K extends string>(
  list: readonly { [key in K]: keyof SeverityCounts }[],
  key: K,
): SeverityCounts {
  const counts: SeverityCounts = { critical: 0, important: 0, suggestion: 0 };
  for (const one of list) counts[one[key]] += 1;
  return counts;
}

function total({ critical, important, suggestion }: SeverityCounts): number {
  return critical + important + suggestion;
}
