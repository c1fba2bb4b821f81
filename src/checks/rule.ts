import type { Category, FindingKind, Severity } from '../domain/vocabulary.ts';
import type { Language, RuleConfig } from '../evidence/languages.ts';

/** One syntax-tree rule, read from its file and checked. */
export interface Rule {
  id: string;
  /** The grammars it runs on. */
  languages: readonly Language[];
  /** What is searched for, in ast-grep's own form. */
  config: RuleConfig;
  /** One line; `$NAME` stands for what the rule captured under that name. The same holds for the texts below. */
  title: string;
  severity: Severity;
  kind: FindingKind;
  category: Category;
  /** Rules of one family speak of one defect: where several hit the same lines, the highest rank is kept. */
  family: string;
  rank: number;
  /** Markdown: what is wrong with such code. */
  why: string;
  /** Markdown: what goes wrong, for whom, when. */
  scenario: string;
  /** Markdown: what to write instead. */
  fix: string;
  /** 0 to 1: the share of hits that were right when they were read by eye. */
  confidence: number;
  enabled: boolean;
  /** Name of the capture whose lines tell the defect; null: those of the whole match. */
  tell: string | null;
  /** Whether the rule looks at a file of that path at all. */
  appliesTo(path: string): boolean;
  /** The file it was read from. */
  source: string;
}
