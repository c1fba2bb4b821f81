import type { PublishedFinding, Report } from '../../domain/report.ts';
import { makeVisible } from '../../domain/visible-text.ts';
import { toReplacements } from '../sarif/patch-replacements.ts';
import type { SourceReader } from '../source/source-reader.ts';
import { longestRun } from '../text/code-span.ts';
import type { DiffPlaces } from './diff-places.ts';
import { isDisarmed } from './disarm.ts';

/** Lines of a file at the head, both included, and what a person may put in their place with one click. */
export interface Suggestion {
  path: string;
  startLine: number;
  endLine: number;
  text: string;
}

export interface SuggestionInput {
  report: Report;
  sources: SourceReader;
  places: DiffPlaces;
}

const longestSuggestion = 8000;
/** Lines between what a finding is about and what its patch replaces: farther off, its comment would speak of other code. */
const farthest = 3;

/**
 * The patch of a finding as a suggestion; null unless it was tried, applies and leaves what it patches parsing (a file
 * without a known grammar was not tried), and replaces one run of lines beside the finding, within one hunk of the diff.
 * None for a file with CR LF: the forge's own line ends would be mixed into it.
 */
export async function findSuggestion(
  finding: PublishedFinding,
  { report, sources, places }: SuggestionInput,
): Promise<Suggestion | null> {
  const { diff, check } = finding.fix;
  if (check?.applies !== true || check.parses !== true) return null;
  const files = await toReplacements(diff, async (path) => {
    const excerpt = await sources.excerpt(report.change.head.sha, path, everyLine, 0);
    if (excerpt.outcome !== 'found' || excerpt.carriageReturns) return null;
    return excerpt.lines.map((line) => line.text);
  });
  const [file, ...others] = files ?? [];
  const [replacement, ...more] = file?.replacements ?? [];
  if (file === undefined || replacement === undefined || others.length + more.length > 0) return null;
  const { startLine, endLine, text } = replacement;
  const isBeside = finding.locations.some(
    (place) =>
      place.side === 'head' &&
      place.path === file.path &&
      place.startLine <= endLine + farthest &&
      startLine <= place.endLine + farthest,
  );
  const isWhole = text.length <= longestSuggestion && makeVisible(text) === text && isDisarmed(text);
  if (!isBeside || !isWhole || !places.holds(file.path, { start: startLine, end: endLine })) return null;
  return { path: file.path, startLine, endLine, text };
}

const everyLine = { start: 1, end: Number.MAX_SAFE_INTEGER };

/** The block that the forge offers to apply; its fence is longer than any in it. */
export function writeSuggestion({ text }: Suggestion): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text, '`') + 1));
  return `${fence}suggestion\n${text}\n${fence}`;
}
