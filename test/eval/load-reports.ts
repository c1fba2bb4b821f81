import * as z from 'zod';
import type { Location } from '../../src/domain/location.ts';
import { Severity } from '../../src/domain/vocabulary.ts';
import { type LabelledChange, type LabelledPair, toFinding } from './labelled-change.ts';
import { readLines } from './read-lines.ts';

const Line = z.number().nullish();
const ReportFinding = z.object({
  id: z.string(),
  severity: Severity,
  title: z.string(),
  file: z.string().nullish(),
  startLine: Line,
  endLine: Line,
  locations: z.array(z.object({ file: z.string().nullish(), start: Line, end: Line })).default([]),
  body: z.string().default(''),
});
type ReportFinding = z.infer<typeof ReportFinding>;

const Mapping = z.object({
  agent: z.string(),
  rawId: z.string(),
  outcome: z.string().nullable(),
  target: z.string().nullish(),
  confidence: z.string(),
  evidence: z.string().nullish(),
  rawSeverity: Severity.nullish(),
});
type Mapping = z.infer<typeof Mapping>;

const ReportLine = z.object({
  report: z.string(),
  repo: z.string().nullable(),
  usable: z.boolean(),
  raw: z.record(z.string(), z.array(ReportFinding)),
  consolidated: z.array(ReportFinding.extend({ agents: z.array(z.string()).default([]) })),
  mapping: z.array(Mapping),
});

/** One severity that was decided for what one or more reviewers rated. */
export interface RatedFinding {
  unit: string;
  ratings: { reviewer: string; severity: Severity }[];
  recorded: Severity;
  /** Whether which findings it was made of is stated or follows. */
  strict: boolean;
}

export interface RecordedReport extends LabelledChange {
  rated: RatedFinding[];
  /** What became of each finding, in their order; null when that is not known. */
  outcomes: (string | null)[];
}

/** The usable reviews of a file, each with its labelled pairs. */
export function loadReports(path: string): RecordedReport[] {
  return readLines(path, ReportLine)
    .filter(({ usable }) => usable)
    .map((line) => {
      const raw = Object.entries(line.raw).flatMap(([agent, findings]) =>
        findings.map((finding) => ({ agent, finding })),
      );
      const fates = new Map(line.mapping.map((one) => [`${one.agent}/${one.rawId}`, one]));
      const mapped = raw.map(({ agent, finding }) => fates.get(`${agent}/${finding.id}`) ?? null);
      const wholePath = pathCompleter(raw.map(({ finding }) => finding));
      const anywhere = placesAnywhere(raw.map(({ finding }) => locationsOf(finding, wholePath)));
      return {
        unit: line.report,
        part: line.repo ?? 'unnamed',
        judge: 'recorded',
        findings: raw.map(({ agent, finding }) =>
          toFinding({
            id: finding.id,
            reviewer: agent,
            severity: finding.severity,
            title: finding.title,
            explanation: finding.body.replace(formHeadings, ''),
            locations: [locationsOf(finding, wholePath), anywhere].find(({ length }) => length > 0) ?? [],
          }),
        ),
        pairs: labelPairs(mapped),
        rated: rate(line),
        outcomes: mapped.map((one) => one?.outcome ?? null),
      };
    });
}

/** Headings that the form of the reports asked for; not the reviewer's words. */
const formHeadings = /\*\*(?:Classification|Problem|Fix|Severity|Impact|Scenario)[^*]*\*\*/g;

/** Lines of a place without any: the whole file. */
const wholeFile = { startLine: 1, endLine: 10_000_000 };

function locationsOf(finding: ReportFinding, wholePath: (path: string) => string): Location[] {
  const named = finding.locations.flatMap(({ file, start, end }) => (file ? [{ file, start, end }] : []));
  const own = finding.file ? [{ file: finding.file, start: finding.startLine, end: finding.endLine }] : [];
  return (named.length > 0 ? named : own).map(({ file, start, end }) => ({
    path: wholePath(file),
    side: 'head' as const,
    ...(start ? { startLine: start, endLine: Math.max(start, end || start) } : wholeFile),
  }));
}

/** For findings whose place was not recorded: it may be any file of the report, so that the file tells nothing. */
function placesAnywhere(places: readonly Location[][]): Location[] {
  const paths = new Set(places.flat().map(({ path }) => path));
  return [...paths].map((path) => ({ path, side: 'head' as const, ...wholeFile }));
}

/** Early reports name files by their last parts; the longest path of the report that ends so is meant. */
function pathCompleter(findings: readonly ReportFinding[]): (path: string) => string {
  const paths = findings.flatMap(({ file, locations }) => [file, ...locations.map((one) => one.file)]);
  const byLength = [...new Set(paths)]
    .filter((path) => path !== null && path !== undefined)
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return (path) => byLength.find((other) => other.endsWith(`/${path}`)) ?? path;
}

function labelPairs(mapped: readonly (Mapping | null)[]): LabelledPair[] {
  return mapped.flatMap((one, a) =>
    mapped.slice(a + 1).flatMap((other, offset): LabelledPair[] => {
      if (one === null || other === null || one.agent === other.agent) return [];
      if (!isKnown(one) || !isKnown(other)) return [];
      if (one.outcome === 'dropped' && other.outcome === 'dropped') return [];
      const kept = one.outcome === 'consolidated' && other.outcome === 'consolidated';
      const same = kept && one.target === other.target;
      return [{ a, b: a + 1 + offset, same, strict: isStated(one) && isStated(other) }];
    }),
  );
}

function isStated({ confidence }: Mapping): boolean {
  return confidence === 'explicit' || confidence === 'unambiguous';
}

function isKnown(one: Mapping): boolean {
  return (
    isStated(one) || (one.confidence === 'inferred' && /^(content-strong|no-home)/.test(one.evidence ?? ''))
  );
}

/** Those consolidated findings of which the rating of every reviewer named is known. */
function rate({ report, consolidated, mapping }: z.infer<typeof ReportLine>): RatedFinding[] {
  return consolidated.flatMap(({ id, severity, agents }): RatedFinding[] => {
    const parts = mapping.filter((one) => one.outcome === 'consolidated' && one.target === id);
    const ratings = parts.flatMap(({ agent, rawSeverity }) =>
      rawSeverity ? [{ reviewer: agent, severity: rawSeverity }] : [],
    );
    const known = new Set(ratings.map(({ reviewer }) => reviewer));
    if (agents.length === 0 || agents.some((agent) => !known.has(agent))) return [];
    return [{ unit: report, ratings, recorded: severity, strict: parts.every(isStated) }];
  });
}
