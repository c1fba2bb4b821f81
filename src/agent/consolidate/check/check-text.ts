import { checkCounts } from './check-counts.ts';
import { checkIds } from './check-ids.ts';
import { checkJudgement } from './check-judgement.ts';
import { checkCharacters, checkMarkup } from './check-markup.ts';
import { checkNames } from './check-names.ts';
import { checkPlaces } from './check-places.ts';
import { checkRecommendation } from './check-recommendation.ts';
import type { ProseFacts, ProseText } from './prose-facts.ts';
import { readable, sentencesOf } from './sentences.ts';

/** What a part of the prose may be at most. */
export interface ProseBounds {
  /** UTF-16 units. */
  length: number;
  paragraphs: number;
  /** null: as many as there is room for. */
  sentences: number | null;
}

/**
 * What is wrong with a text, a sentence each; nothing for one that may stand in the report. It is strict: what cannot be
 * told from a mistake is one, because a computed sentence is always there to take its place.
 */
export function checkText(prose: ProseText, bounds: ProseBounds, facts: ProseFacts): string[] {
  const { text } = prose;
  const size = checkSize(text, bounds);
  // A text that is out of bounds is not worth reading further.
  if (size.length > 0) return size;
  return [
    ...checkMarkup(text),
    ...checkCharacters(text, facts.given),
    ...checkNames(text, facts),
    ...checkIds(text, facts),
    ...checkPlaces(text, facts),
    ...checkJudgement(text, facts),
    ...checkRecommendation(text, facts),
    ...checkCounts(prose, facts),
  ];
}

function checkSize(text: string, bounds: ProseBounds): string[] {
  if (text.trim() === '') return ['it is empty.'];
  if (text.length > bounds.length) return [`it has ${text.length} characters; at most ${bounds.length} fit.`];
  const paragraphs = text.trim().split(/\n\s*\n/);
  const problems: string[] = [];
  if (paragraphs.length > bounds.paragraphs)
    problems.push(`it has ${paragraphs.length} paragraphs; at most ${bounds.paragraphs} fit.`);
  if (paragraphs.some((paragraph) => !/[.!?]["')*_]*$/.test(paragraph.trim())))
    problems.push('each paragraph has to end with the end of a sentence.');
  const { sentences } = bounds;
  if (sentences !== null && sentencesOf(readable(text)).length > sentences)
    problems.push(`it has more than ${sentences === 1 ? 'one sentence' : `${sentences} sentences`}.`);
  return problems;
}
