import type { RoundFocus } from '../../domain/change.ts';
import { count } from '../tools/line-text.ts';
import { show } from '../tools/path-text.ts';
import { fitLines } from './fit-lines.ts';

const limits = { ranges: 20, files: 20_000, touched: 10_000 };

/** What changed since the last review, file by file, and what uses it. */
export function describeFocus({ round, head, whole, changed, touched }: RoundFocus): string {
  const since = `Round ${round}${head === null ? '' : ` reviewed ${head.slice(0, 12)}`}`;
  const files = changed.map(({ path, lines }) => `- ${show(path)}${describeLines(lines)}`);
  const list = fitLines(files, limits.files, (left) => `[${count(left, 'more file')}]`);
  if (whole !== null)
    return [
      `${since}; this is a review of the whole all the same: ${whole.text}.`,
      ...(files.length === 0 ? [] : ['Changed since, with the lines at the head that are new:', list]),
    ].join('\n');
  return [
    `${since}. Changed since, with the lines at the head that are new:`,
    files.length === 0 ? '- (nothing in the files of this diff)' : list,
    ...(touched.length === 0
      ? []
      : [
          'Other files of this diff that name what was changed:',
          fitLines(
            touched.map((path) => `- ${show(path)}`),
            limits.touched,
            (left) => `[${count(left, 'more file')}]`,
          ),
        ]),
  ].join('\n');
}

function describeLines(lines: RoundFocus['changed'][number]['lines']): string {
  if (lines.length === 0) return ' (lines removed, or no text)';
  const shown = lines
    .slice(0, limits.ranges)
    .map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`));
  const more = lines.length > shown.length ? `, ${count(lines.length - shown.length, 'more range')}` : '';
  return `:${shown.join(', ')}${more}`;
}
