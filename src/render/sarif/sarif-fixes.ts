import type { PublishedFinding, Report } from '../../domain/report.ts';
import { makeVisible } from '../../domain/visible-text.ts';
import type { SourceReader } from '../source/source-reader.ts';
import { type FileReplacements, toReplacements } from './patch-replacements.ts';
import { toArtifactLocation } from './sarif-location.ts';
import type { SarifFix } from './sarif-log.ts';
import { sarifParagraphs } from './sarif-text.ts';

const longestDescription = 1000;

/**
 * The fix of a finding as edits of the head; null unless its patch was tried, applies and leaves what it patches
 * parsing, and stands in the files to the letter. A patch that would bring hidden characters is not offered.
 */
export async function toSarifFix(
  finding: PublishedFinding,
  report: Report,
  sources: SourceReader,
): Promise<SarifFix | null> {
  const { text, diff, check } = finding.fix;
  if (check?.applies !== true || check.parses === false) return null;
  if (makeVisible(diff) !== diff) return null;
  const files = await toReplacements(diff, async (path) => {
    const excerpt = await sources.excerpt(report.change.head.sha, path, everyLine, 0);
    return excerpt.outcome === 'found' ? excerpt.lines.map((line) => line.text) : null;
  });
  const changes = files?.map(toChange) ?? [];
  const whole = changes.flatMap((change) => (change === null ? [] : [change]));
  if (whole.length === 0 || whole.length < changes.length) return null;
  const description = sarifParagraphs([text], longestDescription);
  return {
    description: { text: description === '' ? 'The proposed patch.' : description },
    artifactChanges: whole,
  };
}

const everyLine = { start: 1, end: Number.MAX_SAFE_INTEGER };

function toChange({ path, replacements }: FileReplacements): SarifFix['artifactChanges'][number] | null {
  const artifactLocation = toArtifactLocation({ path, side: 'head' });
  if (artifactLocation === null) return null;
  return {
    artifactLocation,
    replacements: replacements.map(({ startLine, endLine, text }) => ({
      deletedRegion: { startLine, endLine },
      insertedContent: { text },
    })),
  };
}
