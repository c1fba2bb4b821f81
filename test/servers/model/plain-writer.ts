import type { ScriptSession } from './script.ts';

/** Says nothing of the figures, the findings or the reviewers, so that it may stand in every report. */
const text = 'The figures say what there is to say.';

/**
 * Who answers when prose for a report is asked for and the script has no session for it: what it writes always passes,
 * and the sentence of the recommendation stays the computed one.
 */
export function plainWriter(question: string): ScriptSession {
  const letters = [...question.matchAll(/^## \[([A-Z])\]: /gm)].map(([, letter = '']) => letter);
  const computed = /^- recommendation: .*; as computed: (.+)$/m.exec(question)?.[1] ?? text;
  const prose = {
    executiveSummary: text,
    recommendation: computed,
    retro: letters.map((reviewer) => ({ reviewer, text })),
    closing: text,
  };
  return {
    name: 'plain-writer',
    turns: [{ toolCalls: [{ name: 'submit_consolidation', arguments: prose }] }],
  };
}
