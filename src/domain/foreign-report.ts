import * as z from 'zod';
import { Recommendation, Severity } from './vocabulary.ts';

/** A place as a report of others names it: nobody proved that it exists. */
export const ForeignLocation = z.object({
  path: z.string(),
  /** null when only the file is named. */
  startLine: z.int().min(1).nullable(),
  endLine: z.int().min(1).nullable(),
});
export type ForeignLocation = z.infer<typeof ForeignLocation>;

export const ForeignReviewer = z.object({
  /** Lower case: `claude` for every model of that tool. */
  id: z.string(),
  /** `Claude`. */
  name: z.string(),
  /** As the header names it: `Claude Opus 4.7 (effort: xhigh)`. */
  label: z.string(),
});
export type ForeignReviewer = z.infer<typeof ForeignReviewer>;

/** One finding of the consolidated part. */
export const ForeignFinding = z.object({
  /** `I1`; where the report counts `1.`, `2.` within each severity, the severity's letter and that number. */
  id: z.string(),
  severity: Severity,
  /** Markdown of one line. */
  title: z.string(),
  locations: z.array(ForeignLocation),
  /** Whether the places stand in the finding's first line or were found in its text. */
  locationsFrom: z.enum(['title-line', 'text']),
  /** Ids of reviewers. */
  reviewers: z.array(z.string()),
  /** What its first line says besides: `(important, regression)`, `[carry-over from Round 9 I1]`. */
  remarks: z.array(z.string()),
  /** The remark that takes it over from an earlier round, where a report names that in place of reviewers. */
  carriedOver: z.string().nullable(),
  /** Index in `sections`, and the first and last line, counted from 1 in that section's `markdown`. */
  section: z.int().min(0),
  startLine: z.int().min(1),
  endLine: z.int().min(1),
  /** Its lines as they are, the first included. */
  markdown: z.string(),
});
export type ForeignFinding = z.infer<typeof ForeignFinding>;

export const ForeignSectionRole = z.enum([
  'head',
  'wrapper',
  'executive-summary',
  'critical',
  'important',
  'suggestion',
  'design',
  'testing',
  'documentation',
  'commits',
  'acknowledged',
  'feedback',
  'coverage',
  'retro',
  'process-notes',
  'resolution',
  'appendix',
  'other',
]);
export type ForeignSectionRole = z.infer<typeof ForeignSectionRole>;

/** A stretch of the file. All of them, joined by line feeds, are the whole file. */
export const ForeignSection = z.object({
  role: ForeignSectionRole,
  /** Level of its heading; 0 for what stands before the first. */
  level: z.int().min(0).max(6),
  /** Markdown of its heading; empty where there is none. */
  heading: z.string(),
  /** First line in the file, from 1. */
  line: z.int().min(1),
  /** Every line, that of its heading included. */
  markdown: z.string(),
});
export type ForeignSection = z.infer<typeof ForeignSection>;

/** What the header says, as far as it was understood. */
export const ForeignFacts = z.object({
  /** `2026-05-12 13:36` or `2026-05-12`, in the zone of whoever wrote it; else read off the file's name. */
  date: z.string().nullable(),
  repository: z.object({ owner: z.string(), name: z.string(), url: z.string().nullable() }).nullable(),
  pullRequest: z.object({ number: z.int(), url: z.string().nullable(), title: z.string() }).nullable(),
  branch: z.string().nullable(),
  round: z.int().nullable(),
  /** `value` is null for words that are none of ours. */
  recommendation: z
    .object({ value: Recommendation.nullable(), words: z.string(), sentence: z.string() })
    .nullable(),
  /** In the order of the report, which says nothing about which is the newest. */
  commits: z.array(z.object({ sha: z.string(), subject: z.string() })),
  wallClockMs: z.number().nullable(),
  costUsd: z.number().nullable(),
});
export type ForeignFacts = z.infer<typeof ForeignFacts>;

export const foreignReportFormat = 'deep-review foreign report';

/** A Markdown report of others, as `render` read it. */
export const ForeignReport = z.object({
  format: z.literal(foreignReportFormat),
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.literal('deep-review'), version: z.string() }),
  /** `file`: its name without folders. */
  source: z.object({ file: z.string(), bytes: z.int().min(0), sha256: z.string() }),
  /** `document`: a Markdown file that is no report of the format; it has sections and nothing else. */
  kind: z.enum(['report', 'document']),
  notices: z.array(z.string()),
  /** Markdown of one line. */
  title: z.string(),
  header: z.array(z.object({ name: z.string(), value: z.string() })),
  facts: ForeignFacts,
  reviewers: z.array(ForeignReviewer),
  findings: z.array(ForeignFinding),
  sections: z.array(ForeignSection).min(1),
});
export type ForeignReport = z.infer<typeof ForeignReport>;
