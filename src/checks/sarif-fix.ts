import { createTwoFilesPatch } from 'diff';
import type { SarifRegion, SarifResult } from './sarif-file.ts';
import type { SarifPlaces } from './sarif-place.ts';

/** The first fix a result proposes, as words and a patch of the head. Both empty when it proposes none. */
export async function sarifFix(
  result: SarifResult,
  places: SarifPlaces,
): Promise<{ text: string; diff: string }> {
  const fix = result.fixes?.[0];
  if (fix === undefined) return { text: '', diff: '' };
  const patches: string[] = [];
  for (const { artifactLocation, replacements } of fix.artifactChanges ?? []) {
    const path = places.pathOf(artifactLocation);
    const before = await places.textOf(path);
    if (before === null) continue;
    const after = replaceAll(before, replacements);
    if (after !== null && after !== before)
      patches.push(createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after).replace(/^=+\n/, ''));
  }
  return { text: fix.description?.text ?? '', diff: patches.join('') };
}

interface Replacement {
  deletedRegion: SarifRegion;
  insertedContent?: { text?: string | undefined } | undefined;
}

/** null when a region lies outside of the text or two of them overlap: such a fix is not shown as a patch. */
function replaceAll(text: string, replacements: readonly Replacement[]): string | null {
  const lines = text.split('\n');
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  const offset = (line: number, column: number) => (starts[line - 1] ?? Number.NaN) + column - 1;
  const edits = replacements
    .map(({ deletedRegion: region, insertedContent }) => {
      const { startLine = Number.NaN, startColumn = 1, endLine = startLine } = region;
      const lastColumn = (lines[endLine - 1]?.length ?? Number.NaN) + 1;
      return {
        from: offset(startLine, startColumn),
        to: offset(endLine, region.endColumn ?? lastColumn),
        text: insertedContent?.text ?? '',
      };
    })
    .sort((a, b) => b.from - a.from);
  let result = text;
  let limit = text.length;
  for (const { from, to, text: inserted } of edits) {
    if (!(from >= 0 && from <= to && to <= limit)) return null;
    result = result.slice(0, from) + inserted + result.slice(to);
    limit = from;
  }
  return result;
}
