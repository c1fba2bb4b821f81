import type { ForeignSection, ForeignSectionRole } from '../../domain/foreign-report.ts';
import { type ScannedLine, scanLines } from './scan-lines.ts';
import { sectionRole } from './section-role.ts';

/** A section and its lines, that of its heading first. */
export interface ReadSection {
  section: ForeignSection;
  lines: ScannedLine[];
}

interface Heading {
  level: number;
  role: ForeignSectionRole;
  /** Whether headings right below it are sections of their own. */
  wraps: boolean;
}

/**
 * Cuts a report into its sections. A heading begins one when it stands at the outermost level, or right below the title
 * or a heading that only holds others (`## Consolidated Review`); what is below a section's own heading, and a finding, belongs to it.
 * Raw reviews in the appendix have headings like the report's: only a resolution ends it.
 */
export function splitSections(text: string): ReadSection[] {
  const lines = scanLines(text, endsOpenFence);
  const starts = findStarts(lines);
  const sections: ReadSection[] = [];
  for (let at = 0; at < starts.length; at += 1) {
    const start = starts[at];
    if (start === undefined) continue;
    const own = lines.slice(start.line, starts[at + 1]?.line ?? lines.length);
    const [first] = own;
    sections.push({
      section: {
        role: start.role,
        level: first?.level ?? 0,
        heading: first?.heading ?? '',
        line: start.line + 1,
        markdown: own.map((line) => line.text).join('\n'),
      },
      lines: own,
    });
  }
  return sections;
}

function findStarts(lines: readonly ScannedLine[]): { line: number; role: ForeignSectionRole }[] {
  const starts: { line: number; role: ForeignSectionRole }[] = [{ line: 0, role: 'head' }];
  const open: Heading[] = [];
  let titleSeen = false;
  for (const [at, { kind, level, heading }] of lines.entries()) {
    if (kind !== 'heading') continue;
    const role = sectionRole(heading);
    const appendix = open.find((one) => one.role === 'appendix');
    if (appendix !== undefined && (role !== 'resolution' || level > appendix.level)) continue;
    while ((open.at(-1)?.level ?? 0) >= level) open.pop();
    const isTitle = !titleSeen && role === 'other';
    const isFinding = /^\W{0,4}[CIS]\d{1,4}[.:)·]/.test(heading);
    const begins = !isTitle && !isFinding && (level <= 2 || (open.at(-1)?.wraps ?? true));
    open.push({ level, role, wraps: isTitle || (begins && role === 'wrapper') });
    titleSeen = true;
    if (begins) starts.push({ line: at, role });
  }
  return starts.filter(({ line }, index) => index > 0 || line !== starts[1]?.line);
}

function endsOpenFence({ kind, level, heading }: ScannedLine): boolean {
  return kind === 'heading' && level <= 2 && sectionRole(heading) !== 'other';
}
