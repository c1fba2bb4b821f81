import type { Change } from '../../domain/change.ts';
import { formatLocation } from '../../domain/location.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import type { SystemBlock } from '../../provider/language-model.ts';
import { fillText } from '../load-texts.ts';
import { cutText } from '../prompt/cut-text.ts';
import { markFor } from '../prompt/enclose-text.ts';
import { show } from '../tools/path-text.ts';
import type { ChallengeContext } from './challenge-context.ts';
import type { Question } from './question.ts';

/** Lengths in UTF-16 units; places of one claim. */
const limits = { statement: 1_000, quote: 6_000, scenario: 4_000, places: 20 };

export interface ChallengePrompt {
  system: SystemBlock[];
  firstMessage: string;
}

/** What an examiner is told at the start. The same questions about the same change give the same bytes. */
export function buildChallengePrompt(input: {
  change: Change;
  context: Pick<ChallengeContext, 'challenge'>;
  questions: readonly Question[];
}): ChallengePrompt {
  const { change, questions } = input;
  const texts = input.context.challenge;
  const claims = questions.map(describeQuestion);
  const mark = markFor(claims.map((claim) => JSON.stringify(claim)));
  return {
    system: [{ text: fillText(texts, 'examine'), endsStablePrefix: true }],
    firstMessage: fillText(texts, 'first-message', {
      mark,
      base: change.mergeBase,
      head: change.head.sha,
      ids: questions.map(({ id }) => id).join(', '),
      claims: claims.map((claim) => fillText(texts, 'claim', { mark, ...claim })).join('\n\n'),
    }),
  };
}

function describeQuestion(question: Question): Record<string, string> {
  const { id, statement, locations, quote, absent, scenario } = question;
  const places = locations.slice(0, limits.places).map((location) => show(formatLocation(location)));
  const more = locations.length - places.length;
  return {
    id,
    statement: makeVisibleLine(cutText(statement, limits.statement)),
    places: [...places, ...(more > 0 ? [`and ${more} more`] : [])].join(', '),
    absent: absent ? 'yes' : 'no',
    code: cutText(quote, limits.quote),
    scenario: scenario.trim() === '' ? '(not said)' : cutText(scenario, limits.scenario),
  };
}
