import { resolve } from 'node:path';
import type { FileDiff } from '../../../src/domain/change.ts';
import type { Publication, SummaryFacts } from '../../../src/domain/publication.ts';
import type { PublishedFinding, Report } from '../../../src/domain/report.ts';
import { parsePatch } from '../../../src/git/patch/parse-patch.ts';
import { toFileDiffs } from '../../../src/git/patch/to-file-diffs.ts';
import { buildPublication, type PublicationInput } from '../../../src/render/publish/build-publication.ts';
import { loadTemplates } from '../../../src/render/templates.ts';
import { countSeverities } from '../../../src/render/text/words.ts';
import type { ReportFixture } from '../../support/report-fixture.ts';

export const templates = await loadTemplates(resolve(import.meta.dirname, '../../../templates'));

const known = new WeakMap<ReportFixture, FileDiff[]>();

/** The files of the fixture's change with their hunks, from git itself. */
export function readFiles(fixture: ReportFixture): FileDiff[] {
  const files = known.get(fixture) ?? diffFiles(fixture);
  known.set(fixture, files);
  return files;
}

function diffFiles({ repository }: ReportFixture): FileDiff[] {
  const { mergeBase, head } = repository.change;
  const patch = repository.git.git('diff', '--unified=3', '--full-index', mergeBase, head.sha);
  return toFileDiffs(parsePatch(Buffer.from(`${patch}\n`)));
}

export const noFacts: SummaryFacts = { newerHead: null, unplaced: [] };

/** All that can be posted about a report of the fixture, with the configuration's defaults. */
export function publishReport(
  fixture: ReportFixture,
  report: Report,
  changes: Partial<PublicationInput> = {},
): Promise<Publication> {
  return buildPublication({
    report,
    sources: fixture.sources,
    templates,
    reportUrl: null,
    files: readFiles(fixture),
    targets: ['summary', 'inline', 'check'],
    inline: { from: 'important', limit: 10 },
    conclusion: 'neutral',
    ...changes,
  });
}

/** The report with these findings, its counts made to fit. */
export function withFindings(report: Report, findings: PublishedFinding[]): Report {
  return { ...report, findings, counts: countSeverities(findings.map(({ severity }) => severity)) };
}
