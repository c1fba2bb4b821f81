import * as z from 'zod';
import { FindingKind, Origin, Severity } from '../../../src/domain/vocabulary.ts';

/** Kinds of defects that people really ship; totals are printed for each. */
export const DefectClass = z.enum([
  'api-rename',
  'cache-key',
  'cancellation',
  'documentation-lies',
  'error-swallowed',
  'flag-inverted',
  'float-money',
  'injection',
  'json-compatibility',
  'leak',
  'lock-order',
  'lost-update',
  'migration-data-loss',
  'missing-registration',
  'n-plus-one',
  'page-boundary',
  'pagination-first-page',
  'path-traversal',
  'secret-logged',
  'shell-trap',
  'test-cannot-fail',
  'test-missing',
  'time-zone',
  'twin-unchanged',
  'unbounded-retry',
  'unknown-as-absent',
  'webhook-unsigned',
  'workflow-privilege',
  'wrong-default',
]);
export type DefectClass = z.infer<typeof DefectClass>;

export const caseLanguages = ['go', 'typescript', 'python', 'shell', 'workflow', 'sql', 'java'] as const;

/** A planted defect as its author wrote it down: places are names of markers. */
export const PlantedDefect = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  class: DefectClass,
  /** Marker of the lines at the head; `base/…` for lines that the change took away. */
  at: z.string(),
  /** Markers of other places where the same defect may rightly be reported. */
  alternatives: z.array(z.string()).default([]),
  severity: Severity,
  kind: FindingKind,
  origin: Origin.exclude(['unknown']).default('introduced'),
  /** Whether its lines are only in files or hunks that the diff does not show. */
  outsideDiff: z.boolean().default(false),
  /** One sentence: what is wrong. */
  what: z.string(),
  /** Words that speak of this defect: `a|b` are two for one idea, each the beginning of a word; `a$` is a whole one. */
  terms: z.array(z.string().regex(/^[a-z0-9]+\$?(\|[a-z0-9]+\$?)*$/)).min(2),
});
export type PlantedDefect = z.infer<typeof PlantedDefect>;

/** `case.yml`. */
export const CaseFile = z.strictObject({
  title: z.string(),
  /** Folder in `repositories/`. */
  repository: z.string(),
  branch: z.string(),
  language: z.enum(caseLanguages),
  /** What makes it hard; of a clean case: why it looks risky and is right. */
  about: z.string(),
  expected: z.array(PlantedDefect).default([]),
  /** Ids of the repository's standing defects that a reviewer of this change should name as pre-existing. */
  standing: z.array(z.string()).default([]),
});
export type CaseFile = z.infer<typeof CaseFile>;

/** `repository.yml`: defects that stood there before every pull request. Naming one is never counted as false. */
export const RepositoryFile = z.strictObject({ standing: z.array(PlantedDefect).default([]) });
