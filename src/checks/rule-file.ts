import * as z from 'zod';
import { Category, FindingKind, Severity } from '../domain/vocabulary.ts';
import type { Language, RuleConfig } from '../evidence/languages.ts';

/** ast-grep's names of languages, in lower case, and the grammars a rule for each of them runs on. */
const languages: Record<string, readonly Language[]> = {
  bash: ['bash'],
  css: ['css'],
  go: ['go'],
  golang: ['go'],
  html: ['html'],
  javascript: ['javascript'],
  js: ['javascript'],
  jsx: ['javascript'],
  py: ['python'],
  python: ['python'],
  ts: ['typescript', 'tsx', 'javascript'],
  tsx: ['tsx'],
  typescript: ['typescript', 'tsx', 'javascript'],
};

const Text = z.string().trim().min(1);
const RuleTree = z.custom<RuleConfig['rule']>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a mapping such as `kind: if_statement`',
);

/** A rule's file: ast-grep's own format, with what a reviewer needs under `metadata`. Unknown keys are refused. */
export const RuleFile = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'),
  language: z.string().transform((name, context) => {
    const key = name.toLowerCase();
    if (Object.hasOwn(languages, key)) return languages[key] ?? [];
    context.addIssue({ code: 'custom', message: `must be one of ${Object.keys(languages).join(', ')}` });
    return z.NEVER;
  }),
  /** The title of its findings. */
  message: Text.regex(/^[^\n]*$/, 'must be one line'),
  /** ast-grep's own severity and note: for its command line, not used here. */
  severity: z.enum(['hint', 'info', 'warning', 'error', 'off']).optional(),
  note: z.string().optional(),
  url: z.string().optional(),
  rule: RuleTree,
  constraints: z.record(z.string(), RuleTree).optional(),
  utils: z.record(z.string(), RuleTree).optional(),
  files: z.array(Text).min(1).optional(),
  ignores: z.array(Text).min(1).optional(),
  metadata: z.strictObject({
    severity: Severity,
    kind: FindingKind,
    category: Category,
    family: Text.optional(),
    rank: z.int().default(0),
    why: Text,
    scenario: z.string().trim().default(''),
    fix: Text,
    /** For the reader of the rule: how far syntax can see here. */
    limits: z.string().optional(),
    confidence: z.number().min(0).max(1),
    enabled: z.boolean().default(true),
    tell: z
      .string()
      .regex(/^[A-Z_][A-Z0-9_]*$/, 'must be the name of a capture, without `$`')
      .optional(),
  }),
});
export type RuleFile = z.infer<typeof RuleFile>;
