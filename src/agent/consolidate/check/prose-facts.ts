import { createHash } from 'node:crypto';
import { reviewerName } from '../../../domain/reviewer.ts';
import type { BriefReviewer, ConsolidationBrief } from '../consolidation-brief.ts';
import { placesIn } from './places-in.ts';

/** What a text of the writer may say, and nothing beyond it. */
export interface ProseFacts {
  brief: ConsolidationBrief;
  /** Everything that others wrote in what the writer was given: what it may repeat in code, places and numbers. */
  given: string;
  /** What looks like a path in it. */
  places: ReadonlySet<string>;
  /** Names that no text may have: those of the run's reviewers and their models. */
  names: readonly string[];
}

/** One text to be checked: whose paragraph it is, for one of the retro. */
export interface ProseText {
  text: string;
  own: BriefReviewer | null;
}

/** `models` are the ids of the run's models. */
export function proseFacts(brief: ConsolidationBrief, models: readonly string[]): ProseFacts {
  const given = brief.findings
    .flatMap(({ text }) => (text === null ? [] : [text.title, text.explanation, ...text.places]))
    .join('\n');
  return {
    brief,
    given,
    places: placesIn(given),
    names: [...brief.reviewers.map(({ reviewer }) => reviewerName(reviewer)), ...models],
  };
}

/** The order in which reviewers get their letters: the same for the same change, and nobody's own. */
export function letterOrder<T>(items: readonly T[], nameOf: (item: T) => string, seed: string): T[] {
  const rank = (item: T) =>
    createHash('sha256')
      .update(`${seed} ${nameOf(item)}`)
      .digest('hex');
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ item }) => item);
}
