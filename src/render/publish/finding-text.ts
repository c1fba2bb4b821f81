import type { Location } from '../../domain/location.ts';
import type { PublishedFinding } from '../../domain/report.ts';
import { nameReviewers } from '../../domain/reviewer.ts';
import { joinWords, plural, shorten } from '../text/words.ts';
import {
  evidenceWords,
  originWords,
  verdictWords,
  viewTitle,
  wordFix,
  wordHistory,
} from '../view/finding-view.ts';
import type { LinkView } from '../view/view-context.ts';
import type { Pen, PublishContext } from './publish-context.ts';
import { type Suggestion, writeSuggestion } from './suggestion.ts';

/** A finding as a comment shows it. */
export interface FindingText {
  severity: string;
  /** `C1·a3f9` */
  name: string;
  title: string;
  places: LinkView[];
  /** `2 more places`; empty when all are shown. */
  morePlaces: string;
  /** What text it is about when that is in no file, and what stands there; empty for code. */
  about: string;
  quoted: string;
  explanation: string;
  scenario: string;
  fixText: string;
  /** Markdown that is written already; empty for no suggestion. */
  suggestion: string;
  /** Empty for none, or where the suggestion says the same. */
  patch: string;
  /** What was found when the patch was tried, or why it is not shown. */
  patchNote: string;
  /** Whether a text of it was cut. */
  shortened: boolean;
  /** Why it is disputed; empty for one that is not. */
  dispute: string;
  /** Who found it, how sure it is, and since when. */
  standing: string;
}

export interface FindingTextInput {
  finding: PublishedFinding;
  /** Where a comment on it stands, which needs not be said in it; null for a text elsewhere. */
  standsAt: Location | null;
  suggestion: Suggestion | null;
}

/** Characters of each part at full length. */
const longest = { explanation: 6000, scenario: 3000, fix: 4000, quoted: 1000, patch: 12_000 };
const mostPlaces = 5;
const longestPlace = 300;
const longestDispute = 500;
const scales = [1, 1 / 4, 1 / 16, 0];

/** A finding in words of at most so many bytes: what is too long is cut, and says that it is. */
export function writeFindingText(
  context: PublishContext,
  pen: () => Pen,
  template: 'inline' | 'fullFinding',
  input: FindingTextInput & { limit: number },
): string {
  let text = '';
  for (const scale of scales) {
    const one = pen();
    text = one.write(template, {
      ...viewFindingText(context, one, input, scale),
      report: reportLink(context),
    });
    if (Buffer.byteLength(text) <= input.limit) return text;
  }
  return text;
}

function reportLink({ reportUrl }: PublishContext): LinkView | null {
  return reportUrl === null ? null : { text: 'the whole report', url: reportUrl };
}

function viewFindingText(
  context: PublishContext,
  pen: Pen,
  { finding, standsAt, suggestion }: FindingTextInput,
  scale: number,
): FindingText {
  let shortened = false;
  const cut = (text: string, most: number) => {
    const limit = Math.floor(most * scale);
    shortened ||= text.trim().length > limit;
    return shorten(text.trim(), limit);
  };
  const others = finding.locations.filter((place) => standsAt === null || !isWithin(place, standsAt));
  const [patch, patchNote] = viewPatch(finding, suggestion, longest.patch * scale);
  const parts = {
    quoted: finding.locations.length === 0 ? cut(finding.quote, longest.quoted) : '',
    explanation: cut(finding.explanation, longest.explanation),
    scenario: cut(finding.scenario, longest.scenario),
    fixText: cut(finding.fix.text, longest.fix),
  };
  return {
    severity: `${finding.severity.charAt(0).toUpperCase()}${finding.severity.slice(1)}`,
    name: `${finding.label}·${shorten(finding.shortId, 40)}`,
    title: viewTitle(finding.title),
    places: others.slice(0, mostPlaces).map((place) => {
      const { text, url } = context.view.place(place);
      return pen.link({ text: shorten(text, longestPlace), url });
    }),
    morePlaces: others.length > mostPlaces ? plural(others.length - mostPlaces, 'more place') : '',
    about: shorten(finding.about ?? '', longestPlace),
    ...parts,
    suggestion: suggestion === null ? '' : writeSuggestion(suggestion),
    patch,
    patchNote,
    shortened,
    dispute:
      finding.verdict === 'uncertain'
        ? endSentence(shorten(finding.verdictReason.trim(), longestDispute))
        : '',
    standing: describeStanding(finding),
  };
}

function endSentence(text: string): string {
  return /[.!?)]$/.test(text) ? text : `${text}.`;
}

function isWithin(place: Location, { path, side, startLine, endLine }: Location): boolean {
  return (
    place.path === path && place.side === side && startLine <= place.startLine && place.endLine <= endLine
  );
}

function viewPatch({ fix }: PublishedFinding, suggestion: Suggestion | null, most: number): [string, string] {
  if (suggestion !== null || fix.diff.trim() === '') return ['', ''];
  if (fix.diff.length > most)
    return ['', `It has ${plural(fix.diff.length, 'character')}, which is too much for a comment.`];
  return [fix.diff, fix.check?.message ?? ''];
}

/** `Found by Claude and Codex. Confirmed, inferred from the code; introduced here. First raised in round 1.` */
function describeStanding(finding: PublishedFinding): string {
  const { reviewers, verdict, evidence, origin, absent } = finding;
  const shown = reviewers.slice(0, 8).map((id) => shorten(id, 40));
  const more =
    reviewers.length > shown.length ? ` and ${plural(reviewers.length - shown.length, 'other')}` : '';
  const where = origin === 'unknown' ? '' : `; ${originWords[origin]}`;
  return [
    `Found by ${nameReviewers(shown)}${more}.`,
    `${verdictWords[verdict]}, ${evidenceWords[evidence]}${where}.`,
    ...(absent ? ['It says that something is missing here.'] : []),
    wordHistory(finding.history),
    wordFix(finding.onFixOf),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** `C1, I2 and S3–S9`: labels of findings in the report's order, at most so many runs of them by name. */
export function nameLabels(findings: readonly Pick<PublishedFinding, 'label'>[], most = 8): string {
  const runs: { letter: string; from: number; to: number }[] = [];
  for (const { label } of findings) {
    const [letter, number] = [label.slice(0, 1), Number(label.slice(1))];
    const last = runs.at(-1);
    if (last?.letter === letter && last.to + 1 === number) last.to = number;
    else runs.push({ letter, from: number, to: number });
  }
  const size = ({ from, to }: { from: number; to: number }) => to - from + 1;
  const named = runs.slice(0, most);
  const more = runs.slice(most).reduce((sum, run) => sum + size(run), 0);
  const names = named.flatMap((run) => {
    const [first, last] = [`${run.letter}${run.from}`, `${run.letter}${run.to}`];
    return size(run) === 1 ? [first] : size(run) === 2 ? [first, last] : [`${first}–${last}`];
  });
  return joinWords(more > 0 ? [...names, `${more} more`] : names);
}
