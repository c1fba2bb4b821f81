import type { FindingClaim, GateAnswer } from '../domain/finding.ts';
import type { Location } from '../domain/location.ts';
import type { Severity } from '../domain/vocabulary.ts';
import type { GuardRule, Hit } from './hit.ts';

/** A finding of the guard, and where it stands: the guard read it from the change, there is nothing left to look for. */
export interface GuardFinding {
  claim: FindingClaim;
  answer: GateAnswer;
  locations: Location[];
}

interface RuleText {
  severity: Severity;
  title: string;
  why: string;
  fix: string;
}

const mostPlaces = 10;
const stated = 'Read from the change itself.';

const texts: Record<GuardRule, RuleText> = {
  bidirectional: {
    severity: 'important',
    title: 'Characters that turn the direction of text around',
    why: 'What a reader sees here is not the order in which a compiler reads it.',
    fix: 'Remove them, or write them as escapes.',
  },
  'hidden-character': {
    severity: 'important',
    title: 'Characters that cannot be seen',
    why: 'Two names that look equal may differ, and text may be read by programs that no reader sees.',
    fix: 'Remove them, or write them as escapes.',
  },
  'smuggled-text': {
    severity: 'important',
    title: 'Invisible characters that can carry a text',
    why: 'Tags and long rows of variation selectors spell words and bytes that nothing shows and models read.',
    fix: 'Remove them.',
  },
  'broken-encoding': {
    severity: 'important',
    title: 'Bytes that are no valid character',
    why: 'Programs disagree about what stands here, so that one may see a text that another does not.',
    fix: 'Write the text anew in UTF-8.',
  },
  'private-use': {
    severity: 'suggestion',
    title: 'Characters without a meaning of their own, inside words or in a row',
    why: 'What they look like depends on the font, if they are shown at all.',
    fix: 'Write them as escapes.',
  },
  'look-alike': {
    severity: 'important',
    title: 'Letters of another alphabet that pass for Latin ones',
    why: 'The name looks like another one and is not the same.',
    fix: 'Write it with Latin letters alone.',
  },
  'hidden-comment': {
    severity: 'important',
    title: 'A comment that is not shown speaks to reviewers',
    why: 'People who read the rendered text do not see it; models do.',
    fix: 'Remove it, or say it where everybody reads it.',
  },
  'addressed-text': {
    severity: 'important',
    title: 'Text that speaks to reviewers',
    why: 'It tells those who review what to find, or passes itself off as a part of their conversation. The models that reviewed this change read it; weigh their silence with that in mind.',
    fix: 'Remove it.',
  },
  secret: {
    severity: 'important',
    title: 'What looks like a secret is added',
    why: 'Whoever reads the repository can use it, also after it was removed: it stays in the history.',
    fix: 'Revoke it, and take it from the environment or a secret store.',
  },
  'hides-code': {
    severity: 'important',
    title: 'Attributes take changed source files out of what reviewers are shown',
    why: 'Diffs and reviews on the forge leave out or fold what is marked so. This review read it all the same.',
    fix: 'Mark only what a program makes.',
  },
  'guides-reviewers': {
    severity: 'suggestion',
    title: 'The change touches files that guide reviewers',
    why: 'Later reviews will follow what it says. This one was made by the version at the base.',
    fix: '',
  },
};

/** One finding for each rule and file; what stands in test data and in files nobody wrote is said once for each rule. */
export function writeClaims(hits: readonly (Hit & { aside: boolean })[]): GuardFinding[] {
  const groups = new Map<string, (Hit & { aside: boolean })[]>();
  for (const hit of hits) {
    const joined = hit.aside || hit.rule === 'guides-reviewers';
    const key = JSON.stringify([hit.rule, hit.place.kind, joined ? '' : whereOf(hit)]);
    groups.set(key, [...(groups.get(key) ?? []), hit]);
  }
  return [...groups.values()].flatMap((group) => writeClaim(group) ?? []);
}

function writeClaim(group: readonly (Hit & { aside: boolean })[]): GuardFinding | null {
  const [first] = group;
  if (first === undefined) return null;
  const { severity, title, why, fix } = texts[first.rule];
  const locations = distinctPlaces(group);
  const shown = locations.slice(0, mostPlaces);
  const rest = locations.length - shown.length;
  const details = [...new Set(group.map(({ detail }) => detail).filter((detail) => detail !== ''))];
  const aside = first.aside
    ? ' It stands in test data, or in files that a program made or that were copied here, where it may well be meant so.'
    : '';
  const claim: FindingClaim = {
    severity: first.aside || (first.rule === 'hidden-character' && isMild(group)) ? 'suggestion' : severity,
    kind: 'gap',
    category: 'security',
    title: `${title}${first.place.kind === 'text' ? ` (${first.place.about})` : ''}`,
    locations: shown,
    quote: first.quote,
    absent: false,
    explanation: `${why}${aside}${details.length === 0 ? '' : `\n\nFound: ${details.slice(0, 6).join('; ')}${details.length > 6 ? `; and ${details.length - 6} more` : ''}.`}${rest > 0 ? ` ${rest} more places are not listed.` : ''}`,
    scenario: '',
    fix: { text: fix, diff: '' },
    confidence: null,
    replaces: '',
  };
  const [location] = shown;
  const answer: GateAnswer =
    location === undefined
      ? {
          outcome: 'stands-in-text',
          text: first.place.kind === 'text' ? first.place.about : '',
          message: stated,
        }
      : { outcome: 'stands', location, message: stated };
  return { claim, answer, locations: shown };
}

function whereOf({ place }: Hit): string {
  return place.kind === 'file' ? place.location.path : place.about;
}

function distinctPlaces(group: readonly Hit[]): Location[] {
  const places = new Map<string, Location>();
  for (const { place } of group)
    if (place.kind === 'file') places.set(JSON.stringify(place.location), place.location);
  return [...places.values()];
}

/** Nowhere inside a word: a stray character from a copied text. */
function isMild(group: readonly Hit[]): boolean {
  return !group.some(({ quote }) => /[A-Za-z0-9_$]⟦U\+[0-9A-F]+⟧[A-Za-z0-9_$]/.test(quote));
}
