import { makeVisibleLine } from '../../domain/visible-text.ts';
import { severities } from '../../domain/vocabulary.ts';
import type { SystemBlock } from '../../provider/language-model.ts';
import { fillText } from '../load-texts.ts';
import { cutText } from '../prompt/cut-text.ts';
import { markFor } from '../prompt/enclose-text.ts';
import { show } from '../tools/path-text.ts';
import type {
  BriefFinding,
  BriefReviewer,
  ConsolidationBrief,
  SeverityFigures,
} from './consolidation-brief.ts';
import type { ConsolidationContext } from './consolidation-context.ts';

export interface ConsolidationPrompt {
  system: SystemBlock[];
  firstMessage: string;
}

/** What the writer of the prose is told. The same brief gives the same bytes. */
export function buildConsolidationPrompt(input: {
  brief: ConsolidationBrief;
  context: Pick<ConsolidationContext, 'consolidate'>;
}): ConsolidationPrompt {
  const { brief } = input;
  const texts = input.context.consolidate;
  const shown = brief.findings.map(({ text }) => (text === null ? null : describeText(text)));
  const mark = markFor(shown.map((text) => JSON.stringify(text)));
  const findings = brief.findings.map((finding, at) => {
    const text = shown[at] ?? null;
    const line = fillText(texts, 'finding', headOf(finding));
    return text === null ? line : `${line}\n\n${fillText(texts, 'finding-text', { mark, ...text })}`;
  });
  const { value, sentence } = brief.recommendation;
  return {
    system: [{ text: fillText(texts, 'write'), endsStablePrefix: true }],
    firstMessage: fillText(texts, 'first-message', {
      mark,
      recommendation: value.replaceAll('-', ' '),
      sentence,
      files: `${brief.change.files}`,
      commits: `${brief.change.commits}`,
      additions: `${brief.change.additions}`,
      deletions: `${brief.change.deletions}`,
      raw: `${brief.raw}`,
      merged: `${brief.fates.merged}`,
      dropped: `${brief.fates.dropped}`,
      moved: `${brief.fates.moved}`,
      published: wordFigures(brief.counts),
      confirmed: `${brief.verdicts.confirmed}`,
      disputed: `${brief.verdicts.uncertain}`,
      unexamined: `${brief.verdicts.unexamined}`,
      reviewers: brief.reviewers
        .map((one) => fillText(texts, 'reviewer', describeReviewer(one)))
        .join('\n\n'),
      findings: findings.join('\n\n'),
    }),
  };
}

function headOf({ label, severity, verdict, raisedBy, text }: BriefFinding): Record<string, string> {
  return {
    id: label,
    severity,
    verdict: verdict === 'uncertain' ? 'disputed' : verdict,
    by: raisedBy.length === 0 ? 'rules, no reviewer' : raisedBy.join(', '),
    shown: text === null ? ', its text is not shown to you' : '',
  };
}

function describeText({
  title,
  places,
  explanation,
}: NonNullable<BriefFinding['text']>): Record<string, string> {
  return {
    title: makeVisibleLine(title),
    places: places.map(show).join(', '),
    explanation: explanation.trim() === '' ? '(none)' : cutText(explanation, explanation.length),
  };
}

function describeReviewer(one: BriefReviewer): Record<string, string> {
  return {
    letter: one.letter,
    kind: one.isProgram ? 'a program of fixed rules' : 'a reviewer',
    status: one.status,
    raised: wordFigures(one.raised),
    published: wordFigures(one.published),
    ...Object.fromEntries(Object.entries(one.figures).map(([name, figure]) => [name, `${figure}`])),
  };
}

function wordFigures(figures: SeverityFigures): string {
  const sum = severities.reduce((total, severity) => total + figures[severity], 0);
  return `${sum} (${severities.map((severity) => `${severity} ${figures[severity]}`).join(', ')})`;
}
