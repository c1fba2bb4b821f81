import type { ForeignSectionRole } from '../../domain/foreign-report.ts';

const rolesByName: readonly [pattern: RegExp, role: ForeignSectionRole][] = [
  [/^(?:consolidated (?:review|findings)|findings|issues|review)$/, 'wrapper'],
  [/^(?:executive )?summary$/, 'executive-summary'],
  [/^critical(?: issues| findings)?$/, 'critical'],
  [/^important(?: issues| findings)?$/, 'important'],
  [/^suggestions?(?: findings)?$/, 'suggestion'],
  [/^design (?:observations|notes)$/, 'design'],
  [/^(?:testing|test)(?: assessment)?$/, 'testing'],
  [/^documentation(?: assessment)?$/, 'documentation'],
  [/^commits?(?: structure)?$/, 'commits'],
  [/^acknowledged limitations$/, 'acknowledged'],
  [/^unresolved feedback$/, 'feedback'],
  [/^coverage(?: summary)?$/, 'coverage'],
  [/^(?:agent |reviewer )?performance retro(?:spective)?$/, 'retro'],
  [/^(?:review process notes|(?:skill )?improvement recommendations|process notes)$/, 'process-notes'],
  [/^resolution$/, 'resolution'],
  [/^(?:appendix\b.*|(?:original|raw) reviews)$/, 'appendix'],
];

/** What a heading announces: `1. Consolidated Review`, `**Critical Issues** (2)`. `other` for anything else. */
export function sectionRole(heading: string): ForeignSectionRole {
  if (heading.length > 200) return 'other';
  const name = heading
    .replace(/[*_`~]/g, '')
    .replace(/^\s*\d{1,3}[.)]\s+/, '')
    .replace(/\s*\(\d{1,4}\)\s*$/, '')
    .replace(/[:.]$/, '')
    .trim()
    .toLowerCase();
  return rolesByName.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}
