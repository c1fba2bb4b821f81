import { canBeMarked, findingMarker, reviewMarker } from '../../domain/hidden-block.ts';
import type { Location } from '../../domain/location.ts';
import type { InlineComment } from '../../domain/publication.ts';
import type { PublishedFinding } from '../../domain/report.ts';
import { compareSeverity, type Severity } from '../../domain/vocabulary.ts';
import type { SourceReader } from '../source/source-reader.ts';
import type { DiffPlaces } from './diff-places.ts';
import { writeFindingText } from './finding-text.ts';
import type { PublishContext } from './publish-context.ts';
import { findSuggestion, type Suggestion } from './suggestion.ts';

/** Which findings get a comment where they stand in the diff. */
export interface InlineSettings {
  /** The least severe that does; `never`: none. */
  from: Severity | 'never';
  /** At most so many comments. */
  limit: number;
  /** Threads on what is fixed are marked as resolved, too. Absent: no. */
  resolveThreads?: boolean;
}

/** Why a finding has no comment of its own. `off-diff`: it is on no line of the diff. */
export type Uncommented = 'off-diff' | 'disputed' | 'less-severe' | 'over-limit' | 'deferred';

export interface InlinePlan {
  comments: InlineComment[];
  /** Every finding without a comment, in the report's order. */
  without: { finding: PublishedFinding; why: Uncommented }[];
}

export interface InlineInput {
  places: DiffPlaces;
  sources: SourceReader;
  settings: InlineSettings;
}

/** Bytes; the forge takes 65,536 characters. */
const longestComment = 60_000;

/**
 * A comment for each finding that is severe enough and not disputed, on the lines of the diff it is about; the most
 * severe first, at most `limit`. Disputed ones stand in the summary, with what is said against them: a comment on a line
 * asks somebody to act.
 */
export async function planInlineComments(context: PublishContext, input: InlineInput): Promise<InlinePlan> {
  const plan: InlinePlan = { comments: [], without: [] };
  const deferred = new Set(context.report.deferred);
  for (const finding of context.report.findings) {
    const standsAt = findPlace(finding, input.places);
    const unwanted = isUnwanted(finding, input.settings) ?? (standsAt === null ? 'off-diff' : null);
    const why = deferred.has(finding.shortId) ? 'deferred' : unwanted;
    if (why !== null || standsAt === null) plan.without.push({ finding, why: why ?? 'off-diff' });
    else if (plan.comments.length >= input.settings.limit) plan.without.push({ finding, why: 'over-limit' });
    else plan.comments.push(await writeComment(context, input, finding, standsAt));
  }
  return plan;
}

function isUnwanted({ severity, verdict }: PublishedFinding, { from }: InlineSettings): Uncommented | null {
  if (from === 'never' || compareSeverity(severity, from) > 0) return 'less-severe';
  return verdict === 'uncertain' || verdict === 'refuted' ? 'disputed' : null;
}

/** The first of its places that lies on the diff. */
function findPlace({ shortId, locations }: PublishedFinding, places: DiffPlaces): Location | null {
  if (!canBeMarked(shortId)) return null;
  for (const location of locations) {
    const place = places.find(location);
    if (place !== null) return place;
  }
  return null;
}

async function writeComment(
  context: PublishContext,
  { places, sources }: InlineInput,
  finding: PublishedFinding,
  found: Location,
): Promise<InlineComment> {
  const { report } = context;
  const suggestion = await findSuggestion(finding, { report, sources, places });
  const standsAt = suggestion === null ? found : placeOf(suggestion);
  const marker = `${findingMarker(finding.shortId)}\n`;
  const limit = longestComment - marker.length;
  const text = writeFindingText(context, () => context.pen(), 'inline', {
    finding,
    standsAt,
    suggestion,
    limit,
  });
  const { path, side, startLine, endLine } = standsAt;
  return { finding: finding.shortId, path, side, startLine, endLine, body: `${marker}${text}` };
}

function placeOf({ path, startLine, endLine }: Suggestion): Location {
  return { path, startLine, endLine, side: 'head' };
}

/** What the review says beside its comments: the forge wants a text. */
export function writeReviewBody({ report }: PublishContext): string {
  return `${reviewMarker}\nFindings of the deep review of ${report.change.head.sha.slice(0, 12)}, each on the lines it is about.`;
}
