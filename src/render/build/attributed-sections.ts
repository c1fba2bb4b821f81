import { formatLocation } from '../../domain/location.ts';
import type { AttributedText, Report, ReportObservation } from '../../domain/report.ts';
import type { ReviewFinish } from '../../domain/review.ts';
import type { ReviewerId } from '../../domain/reviewer.ts';
import { codeSpan } from '../text/code-span.ts';
import type { ReportInput } from './report-input.ts';
import { type MemberGroup, type RunIndex, reviewersOf } from './run-index.ts';

type Sections = Pick<
  Report,
  | 'designObservations'
  | 'testing'
  | 'documentation'
  | 'commitStructure'
  | 'acknowledged'
  | 'declined'
  | 'unresolvedFeedback'
  | 'processNotes'
>;

interface Finish {
  reviewer: ReviewerId;
  finish: ReviewFinish;
}

/** Everything the reviewers said beside their findings, and the findings that were moved there, with their names. */
export function listSections(input: ReportInput, index: RunIndex): Sections {
  const finishes = input.reviews.flatMap(({ reviewer, finish }) =>
    finish === null ? [] : [{ reviewer: reviewer.id, finish }],
  );
  const movedTo = (target: string) =>
    index.moved.filter(
      ({ speaker }) => speaker.entry.fate.fate === 'moved' && speaker.entry.fate.target === target,
    );
  const paragraphs = (field: 'testing' | 'documentation' | 'commits', moved: readonly MemberGroup[]) => [
    ...joinEqual(finishes.map(({ reviewer, finish }) => ({ reviewer, text: finish[field].trim() }))),
    ...moved.map((group) => ({ reviewers: reviewersOf(index, group.members), text: movedText(group) })),
  ];
  return {
    designObservations: [
      ...movedTo('design-observation').map((group) => movedObservation(index, group)),
      ...finishes.flatMap(handedInObservations),
    ],
    testing: paragraphs('testing', movedTo('testing')),
    documentation: paragraphs('documentation', movedTo('documentation')),
    commitStructure: paragraphs('commits', []),
    acknowledged: [
      ...finishes.flatMap(({ reviewer, finish }) =>
        finish.acknowledged.map(({ location, text }) => ({ location, text, reviewers: [reviewer] })),
      ),
      ...movedTo('acknowledged').map((group) => ({
        location: group.speaker.finding.locations.map(formatLocation).join(', '),
        text: `**${group.speaker.finding.claim.title}**\n\n${group.speaker.finding.claim.explanation}`.trim(),
        reviewers: reviewersOf(index, group.members),
      })),
    ],
    declined: index.members.flatMap(({ key, entry }) => {
      const { fate, title, reason } = entry;
      if (fate.fate !== 'dropped' || fate.reason !== 'declined') return [];
      const id = entry.cluster === null ? undefined : index.verdicts.get(entry.cluster)?.declined?.id;
      return [{ key, title, round: fate.round ?? null, reason, ...(id === undefined ? {} : { id }) }];
    }),
    unresolvedFeedback: joinFeedback(finishes),
    processNotes: { tool: joinRules(finishes, 'tool'), repository: joinRules(finishes, 'repo') },
  };
}

function handedInObservations({ reviewer, finish }: Finish): ReportObservation[] {
  return finish.designObservations.map(({ kind, scope, title, text }) => ({
    kind,
    scope,
    title,
    text,
    reviewers: [reviewer],
    locations: [],
    from: null,
  }));
}

/** A defect that stood there before the change is a matter for a later one. */
function movedObservation(index: RunIndex, group: MemberGroup): ReportObservation {
  const { finding, facts, key } = group.speaker;
  return {
    kind: 'concern',
    scope: facts?.origin === 'pre-existing' ? 'future' : 'in-scope',
    title: finding.claim.title,
    text: [finding.claim.explanation, finding.claim.fix.text]
      .filter((part) => part.trim() !== '')
      .join('\n\n'),
    reviewers: reviewersOf(index, group.members),
    locations: finding.locations,
    from: key,
  };
}

function movedText({ speaker }: MemberGroup): string {
  const { claim, locations } = speaker.finding;
  const places = locations.map((location) => codeSpan(formatLocation(location))).join(', ');
  return `**${claim.title}**${places === '' ? '' : ` — ${places}`}\n\n${claim.explanation}`.trim();
}

/** Equal texts of several reviewers become one; empty ones say nothing. */
function joinEqual(texts: readonly { reviewer: ReviewerId; text: string }[]): AttributedText[] {
  const joined = new Map<string, ReviewerId[]>();
  for (const { reviewer, text } of texts)
    if (text !== '') joined.set(text, [...(joined.get(text) ?? []), reviewer]);
  return [...joined].map(([text, reviewers]) => ({ reviewers, text }));
}

function joinFeedback(finishes: readonly Finish[]): Report['unresolvedFeedback'] {
  const joined = new Map<string, Report['unresolvedFeedback'][number]>();
  for (const { reviewer, finish } of finishes)
    for (const { author, text, state } of finish.unresolvedFeedback) {
      const known = joined.get(JSON.stringify([author, text, state]));
      if (known === undefined)
        joined.set(JSON.stringify([author, text, state]), { author, text, state, reviewers: [reviewer] });
      else if (!known.reviewers.includes(reviewer)) known.reviewers.push(reviewer);
    }
  return [...joined.values()];
}

function joinRules(finishes: readonly Finish[], scope: 'tool' | 'repo'): Report['processNotes']['tool'] {
  const joined = new Map<string, Report['processNotes']['tool'][number]>();
  for (const { reviewer, finish } of finishes)
    for (const update of finish.contextUpdates) {
      if (update.scope !== scope) continue;
      const known = joined.get(JSON.stringify([update.rule, update.why]));
      if (known === undefined)
        joined.set(JSON.stringify([update.rule, update.why]), {
          rule: update.rule,
          why: update.why,
          reviewers: [reviewer],
        });
      else if (!known.reviewers.includes(reviewer)) known.reviewers.push(reviewer);
    }
  return [...joined.values()];
}
