import { formatLocation, type Location } from '../../domain/location.ts';
import type { PublishedFinding } from '../../domain/report.ts';
import { nameReviewers } from '../../domain/reviewer.ts';
import type { Severity } from '../../domain/vocabulary.ts';
import { plural } from '../text/words.ts';
import { verdictWords, viewTitle } from '../view/finding-view.ts';
import { toSarifLocation } from './sarif-location.ts';
import type { SarifLevel, SarifLocation, SarifNotification, SarifResult } from './sarif-log.ts';
import { sarifRuleId } from './sarif-rules.ts';
import { sarifLine, sarifParagraphs } from './sarif-text.ts';

export const sarifLevels: Record<Severity, SarifLevel> = {
  critical: 'error',
  important: 'warning',
  suggestion: 'note',
};

/** GitHub shows so many places of one result. */
const mostPlaces = 100;
const longestText = 4000;

/** A finding as SARIF says it: a result where it has a place in a file, else a notification of the run. */
export type FindingInSarif =
  | { kind: 'result'; result: SarifResult }
  | { kind: 'notification'; notification: SarifNotification };

/** `ruleIndex` is left at 0 for the caller to set: the rules of a run are those of its results. */
export function toSarifFinding(finding: PublishedFinding): FindingInSarif {
  const places = finding.locations.map((location) => ({ location, place: toSarifLocation(location) }));
  const first =
    places.find(({ location, place }) => place !== null && location.side === 'head') ??
    places.find(({ place }) => place !== null);
  const properties = describeFinding(finding);
  const level = sarifLevels[finding.severity];
  if (first?.place == null) {
    const left = finding.locations;
    return {
      kind: 'notification',
      notification: {
        descriptor: { id: sarifRuleId(finding.category) },
        level,
        message: { text: writeMessage(finding, left) },
        properties,
      },
    };
  }
  const others = places.filter((one) => one !== first);
  const related = others.flatMap(({ location, place }) => (place === null ? [] : [{ location, place }]));
  const shown = related.slice(0, mostPlaces - 1);
  const left = others
    .map(({ location }) => location)
    .filter((one) => !shown.some(({ location }) => location === one));
  return {
    kind: 'result',
    result: {
      ruleId: sarifRuleId(finding.category),
      ruleIndex: 0,
      level,
      message: { text: writeMessage(finding, left) },
      locations: [first.place],
      ...(shown.length > 0 ? { relatedLocations: shown.map(toRelated) } : {}),
      partialFingerprints: { 'deepReviewFinding/v1': nameFingerprint(finding) },
      properties,
    },
  };
}

function toRelated(
  { location, place }: { location: Location; place: SarifLocation },
  at: number,
): SarifLocation {
  const text = location.side === 'base' ? 'Here at the merge base' : 'Here too';
  return { id: at + 1, message: { text }, ...place };
}

/** Equal fingerprints are told apart in the report by a number behind the short name; so they are here. */
function nameFingerprint({ fingerprint, shortId }: PublishedFinding): string {
  return sarifLine(`${fingerprint}${/-\d+$/.exec(shortId)?.[0] ?? ''}`);
}

function describeFinding(finding: PublishedFinding): Record<string, unknown> {
  const { label, shortId, severity, kind, category, verdict, evidence, origin } = finding;
  const about = finding.about === undefined ? {} : { about: sarifLine(finding.about) };
  return {
    label,
    shortId: sarifLine(shortId),
    ...{ severity, kind, category, verdict, evidence, origin },
    reviewers: finding.reviewers.map(sarifLine),
    ...about,
  };
}

/** The title first: GitHub shows the first sentence alone where room is short. */
function writeMessage(finding: PublishedFinding, left: readonly Location[]): string {
  const title = viewTitle(finding.title);
  const about = finding.about === undefined ? '' : `It is about: ${finding.about}`;
  const fix = finding.fix.text.trim() === '' ? '' : `Fix: ${finding.fix.text.trim()}`;
  const texts = [
    /[.!?]$/.test(title) ? title : `${title}.`,
    about,
    finding.explanation,
    finding.scenario,
    fix,
    namePlacesLeft(left),
    describe(finding),
  ];
  return sarifParagraphs(texts, longestText);
}

function describe({ label, shortId, severity, kind, verdict, reviewers }: PublishedFinding): string {
  return `${label}·${shortId}: ${severity}, ${kind}, ${verdictWords[verdict].toLowerCase()}. Raised by ${nameReviewers(reviewers)}.`;
}

const mostNamed = 5;

function namePlacesLeft(left: readonly Location[]): string {
  if (left.length === 0) return '';
  const named = left.slice(0, mostNamed).map((location) => `\`${formatLocation(location)}\``);
  const more = left.length > named.length ? ` and ${plural(left.length - named.length, 'more place')}` : '';
  return `Not among the places of this result: ${named.join(', ')}${more}.`;
}
