import { formatLocation } from '../../domain/location.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import type { SystemBlock } from '../../provider/language-model.ts';
import { fillText } from '../load-texts.ts';
import { cutText } from '../prompt/cut-text.ts';
import { markFor } from '../prompt/enclose-text.ts';
import { show } from '../tools/path-text.ts';
import type { DuplicatesContext } from './duplicates-context.ts';
import type { ComparedFinding, DuplicatesQuestion } from './duplicates-question.ts';

/** Lengths in UTF-16 units; places of one finding. */
const limits = { title: 400, quote: 1_500, explanation: 2_000, scenario: 800, places: 10 };

export interface DuplicatesPrompt {
  system: SystemBlock[];
  firstMessage: string;
}

/** What a model is told that compares findings. The same question gives the same bytes. */
export function buildDuplicatesPrompt(
  { findings, pairs }: DuplicatesQuestion,
  { duplicates: texts }: Pick<DuplicatesContext, 'duplicates'>,
): DuplicatesPrompt {
  const described = findings.map(describeFinding);
  const mark = markFor(described.map((finding) => JSON.stringify(finding)));
  return {
    system: [{ text: fillText(texts, 'ask'), endsStablePrefix: true }],
    firstMessage: fillText(texts, 'first-message', {
      mark,
      findings: described.map((finding) => fillText(texts, 'finding', { mark, ...finding })).join('\n\n'),
      pairs: pairs.map(({ id, a, b }) => fillText(texts, 'pair', { id, a, b })).join('\n'),
    }),
  };
}

/** UTF-16 units that a finding takes in a prompt at most, its frame aside. */
export function promptLength(finding: Omit<ComparedFinding, 'id'>): number {
  return Object.values(describeFinding({ ...finding, id: '' })).reduce((sum, text) => sum + text.length, 0);
}

function describeFinding(finding: ComparedFinding): Record<string, string> {
  const { id, title, locations, quote, absent, explanation, scenario } = finding;
  const places = locations.slice(0, limits.places).map((location) => show(formatLocation(location)));
  const more = locations.length - places.length;
  const said = (text: string, length: number) => (text.trim() === '' ? '(not said)' : cutText(text, length));
  return {
    id,
    title: makeVisibleLine(cutText(title, limits.title)),
    places: [...places, ...(more > 0 ? [`and ${more} more`] : [])].join(', '),
    absent: absent ? 'yes' : 'no',
    code: cutText(quote, limits.quote),
    explanation: said(explanation, limits.explanation),
    scenario: said(scenario, limits.scenario),
  };
}
