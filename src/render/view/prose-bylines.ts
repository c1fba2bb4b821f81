import type { Report } from '../../domain/report.ts';
import { reviewerName } from '../../domain/reviewer.ts';
import { joinWords } from '../text/words.ts';

/** Where the sentences around the figures come from. */
export interface ProseBylines {
  /** Of the executive summary, and of the sentence beside the recommendation. */
  summary: string;
  /** Of the retro's paragraphs and its closing. */
  retro: string;
}

const computed = 'Computed from the figures.';

export function viewBylines(report: Pick<Report, 'prose' | 'retro'>): ProseBylines {
  const { prose } = report;
  if (prose == null) return { summary: computed, retro: computed };
  const writer = reviewerName(prose.writer);
  return {
    summary: byline(writer, [
      { name: 'the summary', isWritten: prose.executiveSummary },
      { name: 'the sentence of the recommendation', isWritten: prose.recommendation },
    ]),
    retro: byline(writer, [
      ...report.retro.columns.map(({ reviewer }) => ({
        name: `the paragraph on ${reviewerName(reviewer)}`,
        isWritten: prose.retro.includes(reviewer),
      })),
      { name: 'the closing', isWritten: prose.closing },
    ]),
  };
}

function byline(writer: string, parts: readonly { name: string; isWritten: boolean }[]): string {
  const others = parts.filter(({ isWritten }) => !isWritten).map(({ name }) => name);
  if (others.length === parts.length) return computed;
  const written = `Written by ${writer} from the computed figures`;
  return others.length === 0 ? `${written}.` : `${written}; computed: ${joinWords(others)}.`;
}
