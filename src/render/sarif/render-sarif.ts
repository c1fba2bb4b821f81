import type { PublishedFinding, Report } from '../../domain/report.ts';
import type { Category } from '../../domain/vocabulary.ts';
import type { SourceReader } from '../source/source-reader.ts';
import { nameFindings } from '../text/name-findings.ts';
import { toSarifFix } from './sarif-fixes.ts';
import type { SarifLog, SarifNotification, SarifResult } from './sarif-log.ts';
import { type FindingInSarif, toSarifFinding } from './sarif-result.ts';
import { listSarifRules, sarifRuleId } from './sarif-rules.ts';
import { describeSarifRun, notify } from './sarif-run.ts';
import { sarifLine } from './sarif-text.ts';

/** GitHub keeps so many results of a run. */
const mostResults = 5000;
/** GitHub takes 10 MB, compressed; so much is safe however badly it compresses. */
const mostBytes = 9_500_000;

/**
 * report.sarif: SARIF 2.1.0 for code scanning. What has no place in a file is a notification of the run, since GitHub
 * refuses a whole file for one result without a place. What is over GitHub's limits is shed from the least severe on
 * and named in a notification.
 */
export async function renderSarif(report: Report, sources: SourceReader): Promise<string> {
  const entries: Entry[] = [];
  let bytes = 0;
  for (const finding of report.findings.slice(0, mostResults)) {
    const entry = await toEntry(finding, report, sources);
    bytes += Buffer.byteLength(JSON.stringify(entry.said, null, 2)) * indentGrowth;
    if (bytes > mostBytes) break;
    entries.push(entry);
  }
  const left = report.findings.slice(entries.length);
  return `${JSON.stringify(assemble(report, entries, left), null, 2)}\n`;
}

/** Results stand deeper in the file than they were measured. */
const indentGrowth = 1.5;

interface Entry {
  category: Category;
  said: FindingInSarif;
}

async function toEntry(finding: PublishedFinding, report: Report, sources: SourceReader): Promise<Entry> {
  const said = toSarifFinding(finding);
  const fix = said.kind === 'result' ? await toSarifFix(finding, report, sources) : null;
  if (said.kind === 'result' && fix !== null) said.result.fixes = [fix];
  return { category: finding.category, said };
}

function assemble(report: Report, entries: readonly Entry[], left: readonly PublishedFinding[]): SarifLog {
  const rules = listSarifRules(entries.map(({ category }) => category));
  const results = entries.flatMap(({ category, said }): SarifResult[] =>
    said.kind === 'result'
      ? [{ ...said.result, ruleIndex: rules.findIndex(({ id }) => id === sarifRuleId(category)) }]
      : [],
  );
  const more = entries.flatMap(({ said }) => (said.kind === 'notification' ? [said.notification] : []));
  const { name } = report.tool;
  const version = sarifLine(report.tool.version);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name, version, ...semantic(version), rules } },
        ...describeSarifRun(report, [...more, ...sayLeftOut(left)]),
        results,
      },
    ],
  };
}

function semantic(version: string): { semanticVersion?: string } {
  return /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version) ? { semanticVersion: version } : {};
}

function sayLeftOut(left: readonly PublishedFinding[]): SarifNotification[] {
  if (left.length === 0) return [];
  const text = `Not in this file, which would be too large: ${nameFindings(left)}. The whole report has everything.`;
  return [notify('left-out', 'warning', text)];
}
