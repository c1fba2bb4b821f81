import { isGuard } from '../../domain/guard.ts';
import { type Location, locationsOverlap, rangesOverlap } from '../../domain/location.ts';
import type { PublishedFinding } from '../../domain/report.ts';
import type { Severity } from '../../domain/vocabulary.ts';
import { findSameLines } from '../same-lines.ts';
import { shorten } from '../text/words.ts';
import { mentionedPlaces } from './mentioned-places.ts';
import { type TrailView, viewTrail } from './trail-view.ts';
import type { BadgeView, ExcerptView, LinkView, ViewContext } from './view-context.ts';

export interface FixView {
  text: string;
  diff: string;
  /** What was found when the patch was tried; empty when there was nothing to try. */
  check: string;
  state: 'good' | 'bad' | 'unknown';
}

export interface FindingView {
  label: string;
  shortId: string;
  severity: Severity;
  title: string;
  places: LinkView[];
  /** The keys of its files, see `FiltersView`. */
  files: string;
  /** What a finding of the guard says of itself; empty for a reviewer's. */
  guard: string;
  /** The quote of a text that is in no file; empty for code, which is cut from git. */
  quoted: string;
  reviewers: BadgeView[];
  /** `important, regression`, as the tag behind the title says it. */
  tag: string;
  kind: string;
  verdict: string;
  verdictWords: string;
  evidenceWords: string;
  originWords: string;
  /** What earlier rounds know of it, in sentences; empty for nothing. */
  history: string;
  /** Labels of other reviewers' findings of a like category on its lines. */
  sameLines: string[];
  absent: boolean;
  excerpts: ExcerptView[];
  /** Places whose code is not shown because there are too many. */
  morePlaces: LinkView[];
  /** Code at other places that the text names. */
  mentioned: ExcerptView[];
  explanation: string;
  scenario: string;
  fix: FixView | null;
  trail: TrailView;
}

export interface FindingOptions {
  /** Lines shown around the cited ones. */
  context: number;
  /** Whether code at places named in the text is shown too. */
  mentions: boolean;
}

const longestTitle = 300;
const guardWords =
  'Found by the guard: rules that look for what a change hides and for text that would steer reviewers. It is no reviewer, and no model was asked.';
const mostExcerpts = 6;

export async function viewFinding(
  context: ViewContext,
  finding: PublishedFinding,
  options: FindingOptions,
): Promise<FindingView> {
  const shown = finding.locations.slice(0, mostExcerpts);
  return {
    label: finding.label,
    shortId: finding.shortId,
    severity: finding.severity,
    title: viewTitle(finding.title),
    places: [
      ...finding.locations.map(context.place),
      ...(finding.about === undefined ? [] : [{ text: finding.about, url: null }]),
    ],
    files: listKeys(finding, context.fileKeys),
    guard: finding.reviewers.some(isGuard) ? guardWords : '',
    quoted: finding.locations.length === 0 ? finding.quote : '',
    reviewers: finding.reviewers.map(context.badge),
    tag: tagOf(finding),
    kind: finding.kind,
    verdict: finding.verdict,
    verdictWords: verdictWords[finding.verdict],
    evidenceWords: evidenceWords[finding.evidence],
    originWords: originWords[finding.origin],
    history: [wordHistory(finding.history), wordFix(finding.onFixOf)].filter(Boolean).join(' '),
    sameLines: findSameLines(finding, context.report.findings).map(({ label }) => label),
    absent: finding.absent,
    excerpts: await inOrder(joinNeighbours(shown, options.context), (places) =>
      context.excerpt(places, options.context),
    ),
    morePlaces: finding.locations.slice(mostExcerpts).map(context.place),
    mentioned: options.mentions ? await viewMentioned(context, finding, options.context) : [],
    explanation: finding.explanation,
    scenario: finding.scenario,
    fix: viewFix(finding.fix),
    trail: await viewTrail(context, finding),
  };
}

function listKeys({ locations }: PublishedFinding, keys: ReadonlyMap<string, string>): string {
  return [...new Set(locations.map(({ path }) => keys.get(path) ?? ''))].join(' ');
}

/** What earlier rounds know of a finding, in sentences; empty for nothing. */
export function wordHistory(history: PublishedFinding['history']): string {
  if (history === undefined) return '';
  const { relation, id, since, declined } = history;
  const origin = `${relation === 'split' ? `Split from ${id}, first` : 'First'} raised in round ${since}.`;
  if (declined === null) return origin;
  const why = `${declined.why.charAt(0).toUpperCase()}${declined.why.slice(1)}.`;
  return `${origin} ${why} The reason then: ${shorten(declined.reason.replace(/\s+/g, ' ').trim(), 300)}`;
}

/** That it is about lines which the fix of another wrote; empty where it is not. */
export function wordFix(onFixOf: PublishedFinding['onFixOf']): string {
  return onFixOf === undefined
    ? ''
    : `On lines that the fix of ${onFixOf.id} (round ${onFixOf.round}) wrote.`;
}

/** Places of one file whose excerpts would overlap are shown in one, in the order of the first of them. */
function joinNeighbours(locations: readonly Location[], context: number): [Location, ...Location[]][] {
  const groups: [Location, ...Location[]][] = [];
  for (const location of locations) {
    const group = groups.find((places) => places.some((place) => areNear(place, location, context)));
    if (group === undefined) groups.push([location]);
    else group.push(location);
  }
  return groups;
}

function areNear(a: Location, b: Location, context: number): boolean {
  if (context === 0 || a.path !== b.path || a.side !== b.side) return false;
  const around = ({ startLine, endLine }: Location) => ({
    start: startLine - context,
    end: endLine + context,
  });
  return rangesOverlap(around(a), around(b));
}

/** One line of at most 300 characters; never empty. */
export function viewTitle(title: string): string {
  const line = title.replace(/\s+/g, ' ').trim();
  return line === '' ? '(no title)' : shorten(line, longestTitle);
}

/** Maps one after the other: what they wait for is one git process. */
export async function inOrder<T, R>(list: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of list) results.push(await map(item));
  return results;
}

/** One word for each verdict, wherever a person reads it. */
export const verdictWords: Record<PublishedFinding['verdict'], string> = {
  confirmed: 'Confirmed',
  refuted: 'Refuted',
  uncertain: 'Disputed',
  unexamined: 'Not examined',
};

export const evidenceWords: Record<PublishedFinding['evidence'], string> = {
  reproduced: 'reproduced by a command',
  observed: 'observed by another reviewer',
  inferred: 'inferred from the code',
};

export const originWords: Record<PublishedFinding['origin'], string> = {
  introduced: 'introduced here',
  'pre-existing': 'was there before',
  unknown: 'origin unknown',
};

function tagOf({ severity, kind, verdict, origin }: PublishedFinding): string {
  const notes = [
    verdict === 'uncertain' ? 'disputed' : '',
    verdict === 'unexamined' ? 'not examined' : '',
    origin === 'pre-existing' ? 'pre-existing' : '',
  ].filter((note) => note !== '');
  return [severity, kind, ...notes].join(', ');
}

function viewFix({ text, diff, check }: PublishedFinding['fix']): FixView | null {
  if (text.trim() === '' && diff.trim() === '') return null;
  const state =
    check?.applies === true && check.parses !== false ? 'good' : check?.applies == null ? 'unknown' : 'bad';
  return { text, diff: diff.trim() === '' ? '' : diff, check: check?.message ?? '', state };
}

async function viewMentioned(
  context: ViewContext,
  finding: PublishedFinding,
  around: number,
): Promise<ExcerptView[]> {
  const texts = [finding.explanation, finding.scenario, finding.fix.text];
  const places = mentionedPlaces(texts, context.references).filter(
    (place) => !finding.locations.some((known) => locationsOverlap(known, place)),
  );
  const excerpts = await inOrder(places.slice(0, mostExcerpts), (place) => context.excerpt([place], around));
  return excerpts.filter((excerpt) => excerpt.missing === '');
}
