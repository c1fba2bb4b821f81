import type { Helper } from '../templates.ts';
import { fencedBlock } from '../text/code-span.ts';
import { type ProseLinks, readProse } from '../text/prose-tokens.ts';
import type { RawReviewView } from '../view/appendix-view.ts';
import type { CoverageView } from '../view/coverage-view.ts';
import type { HeaderItem } from '../view/header-view.ts';
import type { BadgeView, ExcerptView, LinkView } from '../view/view-context.ts';
import {
  escapeCell,
  escapeCode,
  escapeHtmlLine,
  escapeInlineCode,
  escapeMarkdownLine,
  indentLines,
  visibleCode,
} from './escape.ts';
import { startsWithBlock, writeAddress, writeProse } from './write-prose.ts';

/** What the Markdown templates may call. Every one of them returns Markdown that stays in its place. */
export function createMarkdownHelpers(links: ProseLinks): Record<string, Helper> {
  const prose = (text: unknown) => writeProse(readProse(`${text}`, links));
  const line = (text: unknown) => escapeMarkdownLine(`${text}`);
  return {
    line,
    prose,
    inline: (text) => escapeInlineCode(`${text}`),
    sentence: (text) =>
      escapeInlineCode(`${text}`, (code) => writeLink({ text: code, url: links.reference(code.trim()) })),
    code: (text) => escapeCode(`${text}`),
    reference: (text) => writeLink({ text: `${text}`, url: links.reference(`${text}`.trim()) }),
    cell: (text) => escapeCell(line(text)),
    inlineCell: (text) => escapeCell(escapeInlineCode(`${text}`)),
    codeCell: (text) => escapeCell(escapeCode(`${text}`)),
    item: (text) => writeItem(prose(text)),
    block: (text, language) => fencedBlock(visibleCode(`${text}`), `${language}`),
    fix: (text) => writeFix(prose(text)),
    link: (link) => writeLink(link as LinkView),
    linkCell: (link) => escapeCell(writeLink(link as LinkView)),
    textLink: (link) => writeTextLink(link as LinkView),
    places: (places) => (places as LinkView[]).map(({ text }) => escapeCode(text)).join(', '),
    permalinks: (excerpts) => writePermalinks(excerpts as ExcerptView[]),
    agents: (badges) => (badges as BadgeView[]).map(({ name }) => `[${line(name)}]`).join(' '),
    excerpt: (excerpt) => writeExcerpt(excerpt as ExcerptView),
    itemExcerpt: (excerpt) => indentLines(writeExcerpt(excerpt as ExcerptView), '  '),
    headerCell: (items) => (items as HeaderItem[]).map(writeHeaderItem).join('<br>'),
    coverageCell: (cell) => writeCoverageCell(cell as CoverageView['rows'][number]['cells'][number]),
    session: (calls) => writeSession(calls as RawReviewView['session']),
    stateNote: (state) => (`${state}`.trim() === '' ? '' : ` (${line(state)})`),
    summaryText: (text) => escapeHtmlLine(`${text}`),
    position: (index) => `${Number(index) + 1}`,
    diagramLabel: (text) => `${text}`.replace(/[^\p{L}\p{N} .()-]+/gu, ' ').trim(),
    identifier: (text) => `${text}`.replace(/[^\w-]/g, ''),
  };
}

function writeLink({ text, url }: LinkView): string {
  return url === null ? escapeCode(text) : writeAddress(escapeCode(text), url);
}

function writeTextLink({ text, url }: LinkView): string {
  return url === null ? escapeMarkdownLine(text) : writeAddress(escapeLinkText(text), url);
}

function writeHeaderItem({ text, url, code, strong, after }: HeaderItem): string {
  const shown = code ? escapeCode(text) : url === null ? escapeMarkdownLine(text) : escapeLinkText(text);
  const linked = url === null ? shown : writeAddress(shown, url);
  const tail = after === '' ? '' : `${/^\s/.test(after) ? ' ' : ''}${escapeMarkdownLine(after)}`;
  return escapeCell(`${strong ? `**${linked}**` : linked}${tail}`);
}

/** Inside a link GitHub acts on nothing, so a plain name or number may stand as it is; anything else is code. */
function escapeLinkText(text: string): string {
  return /^[\w@#/.: -]*$/.test(text) ? text.replace(/_/g, '\\_') : escapeCode(text);
}

function writeExcerpt({ text, language, missing, parts }: ExcerptView): string {
  if (missing !== '') return `*${escapeCode(text)}: ${escapeMarkdownLine(missing)}*`;
  return parts
    .map(({ gap, lines }) =>
      gap === '' ? fencedBlock(lines.map((line) => line.text).join('\n'), language) : `*… ${gap} …*`,
    )
    .join('\n\n');
}

function writePermalinks(excerpts: readonly ExcerptView[]): string {
  const linked = excerpts.filter(({ url }) => url !== null).map(writeLink);
  return linked.length === 0 ? '' : ` ${linked.join(', ')}`;
}

/** Prose behind the first words of a list item. */
function writeItem(text: string): string {
  const indented = indentLines(text, '  ');
  return startsWithBlock(text) ? `\n\n  ${indented}` : indented;
}

/** The word `Fix:` before the text, on the line of its first paragraph where there is one. */
function writeFix(text: string): string {
  if (text === '') return 'Fix:';
  return startsWithBlock(text) ? `Fix:\n\n${text}` : `Fix: ${text}`;
}

function writeCoverageCell({ mark, word, note }: CoverageView['rows'][number]['cells'][number]): string {
  const name = mark === '' ? word : `${mark} ${word}`;
  return escapeCell(note === '' ? name : `${name}: ${escapeMarkdownLine(note)}`);
}

function writeSession(calls: RawReviewView['session']): string {
  return fencedBlock(visibleCode(calls.map(({ text }) => text.replace(/\n/g, ' ')).join('\n')), 'text');
}
