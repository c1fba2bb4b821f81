import type { WrittenProse } from '../../domain/prose.ts';
import type { ReportInput } from './report-input.ts';

/** Which parts a model wrote: those with any text. */
export function describeWritten({
  prose,
  reviews,
}: Pick<ReportInput, 'prose' | 'reviews'>): WrittenProse | null {
  if (prose === null) return null;
  const isWritten = (text: string) => text.trim() !== '';
  return {
    writer: prose.writer,
    executiveSummary: isWritten(prose.executiveSummary),
    recommendation: isWritten(prose.recommendation),
    retro: reviews
      .map(({ reviewer }) => reviewer.id)
      .filter((id) => prose.retro.some(({ reviewer, text }) => reviewer === id && isWritten(text))),
    closing: isWritten(prose.closing),
  };
}
