import { Lexer, Marked, type Token, type Tokens } from 'marked';
import { makeVisible } from '../../domain/visible-text.ts';
import { codeSpan } from './code-span.ts';
import { escapeHtml } from './escape-html.ts';
import { findMentions, type Mention } from './mentions.ts';
import { shorten } from './words.ts';

/** Knows which addresses a text may point to. */
export interface ProseLinks {
  /** Where `path:12-14` stands on the forge; null when it is not known to exist. */
  reference(text: string): string | null;
  /** Whether an address belongs to the repository under review. */
  isOwn(address: string): boolean;
  /** What `#12` or a commit's id stands for; null for nothing that is known. Absent: these stay text. */
  mention?(text: string): Mention | null;
}

const longestProse = 20_000;
const longestAddress = 2000;

/**
 * Addresses in running text are recognised by us, in linear time. A line such as `[Claude]: agreed` defines no address:
 * it would vanish from the page.
 */
const lexer = new Marked({ gfm: true, tokenizer: { url: () => undefined, def: () => undefined } });

/**
 * Markdown of a model or a person → tokens that can do no harm. Left are paragraphs, lists, quotes, tables, code,
 * emphasis and links into the repository under review; HTML, images and all other links become text that shows what
 * was written and where it would lead, headings become bold lines. Every text token holds plain text in `raw` and the
 * same escaped for HTML in `text`.
 * A text of over 20,000 characters or of absurd depth is given as one block of code.
 */
export function readProse(markdown: string, links: ProseLinks): Token[] {
  const visible = makeVisible(markdown).replace(/\r\n/g, '\n');
  if (visible.length > longestProse) return [asCode(visible)];
  try {
    return cleanBlocks(lexer.lexer(visible), links);
  } catch (error) {
    if (error instanceof RangeError) return [asCode(visible)];
    throw error;
  }
}

/** As `readProse`, for one line: emphasis, code and links, and nothing that begins a block. */
export function readInline(markdown: string, links: ProseLinks): Token[] {
  const visible = makeVisible(markdown).replace(/\s*\n\s*/g, ' ');
  if (visible.length > longestProse) return [textToken(visible)];
  try {
    return cleanInline(new Lexer(lexer.defaults).inlineTokens(visible), links);
  } catch (error) {
    if (error instanceof RangeError) return [textToken(visible)];
    throw error;
  }
}

function asCode(text: string): Tokens.Code {
  return { type: 'code', raw: text, text, lang: '' };
}

function cleanBlocks(tokens: readonly Token[], links: ProseLinks): Token[] {
  return tokens.flatMap((token): Token[] => {
    switch (token.type) {
      case 'paragraph':
        return [{ ...token, tokens: cleanInline(token.tokens ?? [], links) }];
      case 'text':
        return [{ ...token, tokens: cleanInline(token.tokens ?? [token], links) }];
      case 'heading':
        return [
          paragraph([{ type: 'strong', raw: '', text: '', tokens: cleanInline(token.tokens ?? [], links) }]),
        ];
      case 'blockquote':
        return [{ ...token, tokens: cleanBlocks(token.tokens ?? [], links) }];
      case 'list':
        return [
          {
            ...token,
            items: (token as Tokens.List).items.map((item) => ({
              ...item,
              task: false,
              tokens: cleanBlocks(joinCheckbox(item), links),
            })),
          },
        ];
      case 'table': {
        const table = token as Tokens.Table;
        if (losesCells(table)) return [asCode(table.raw)];
        const cell = (one: Tokens.TableCell) => ({ ...one, tokens: cleanInline(one.tokens, links) });
        return [{ ...table, header: table.header.map(cell), rows: table.rows.map((row) => row.map(cell)) }];
      }
      case 'html':
        return [paragraph([textToken(token.raw.trim())])];
      case 'code': {
        const lang: string = token.lang ?? '';
        const code = { type: 'code', raw: token.raw, text: makeVisible(token.text), lang };
        return /\s/.test(lang) ? [paragraph([codeToken(lang)]), code] : [code];
      }
      case 'hr':
      case 'space':
        return [token];
      default:
        return token.raw.trim() === '' ? [] : [paragraph([textToken(token.raw.trim())])];
    }
  });
}

/** Whether a row has more cells than the header: Markdown would drop them. */
function losesCells({ header, raw }: Tokens.Table): boolean {
  const rows = raw.trimEnd().split('\n').slice(2);
  return rows.some((row) => countCells(row) > header.length);
}

/** As Markdown counts them: a bar behind an odd number of backslashes is text, and an empty outer cell is none. */
function countCells(row: string): number {
  const cells = [''];
  let escaped = false;
  for (const character of row) {
    if (character === '|' && !escaped) cells.push('');
    else cells[cells.length - 1] += character;
    escaped = character === '\\' && !escaped;
  }
  const outer = [cells[0], ...(cells.length > 1 ? [cells.at(-1)] : [])];
  return cells.length - outer.filter((cell) => cell?.trim() === '').length;
}

/** A task list's box becomes a character of the item's first line. */
function joinCheckbox(item: Tokens.ListItem): Token[] {
  const [first, second, ...rest] = item.tokens;
  if (first?.type !== 'checkbox') return item.tokens;
  const mark = textToken(first.checked ? '☑ ' : '☐ ');
  if (second !== undefined && 'tokens' in second && (second.type === 'text' || second.type === 'paragraph'))
    return [{ ...second, tokens: [mark, ...(second.tokens ?? [])] }, ...rest];
  return [paragraph([mark]), ...(second === undefined ? [] : [second]), ...rest];
}

function cleanInline(tokens: readonly Token[], links: ProseLinks): Token[] {
  const clean: Token[] = [];
  let pending = '';
  const flush = () => {
    if (pending !== '') clean.push(...linkReferences(makeVisible(pending), links));
    pending = '';
  };
  for (const token of tokens) {
    const plain = plainText(token);
    if (plain !== null) {
      pending += plain;
      continue;
    }
    flush();
    clean.push(...cleanSpan(token, links));
  }
  flush();
  return clean;
}

/** What a token says as text, or null for a token with a structure to keep. Neighbours join, so that nothing hides between. */
function plainText(token: Token): string | null {
  switch (token.type) {
    case 'text':
      return token.tokens === undefined || token.tokens.length === 0 ? token.text : null;
    case 'escape':
      return token.text;
    case 'html':
      return token.raw;
    default:
      return null;
  }
}

function cleanSpan(token: Token, links: ProseLinks): Token[] {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return [{ ...token, tokens: cleanInline(token.tokens ?? [], links) }];
    case 'text':
      return cleanInline(token.tokens ?? [], links);
    case 'br':
      return [token];
    case 'codespan': {
      const span = codeToken(token.text);
      const target = findTarget(token.text.trim(), links);
      return target === null ? [span] : [linkToken(target.url, [span], target.title)];
    }
    case 'link':
      return cleanLink(token as Tokens.Link, links);
    case 'image':
      return [
        textToken(`image: ${token.text} `),
        codeToken(shorten(token.href, longestAddress)),
        ...titleToken(token.title),
      ];
    default:
      return [textToken(token.raw)];
  }
}

/** Only addresses of the repository under review are links: one that leads elsewhere is shown, not offered. */
function cleanLink(token: Tokens.Link, links: ProseLinks): Token[] {
  const inner = cleanInline(token.tokens, { reference: () => null, isOwn: links.isOwn });
  const url = URL.canParse(token.href) ? new URL(token.href) : null;
  const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
  const title = titleToken(token.title);
  if (isWeb && links.isOwn(url.href)) return [linkToken(url.href, inner), ...title];
  const address = codeToken(shorten(token.href, longestAddress));
  if (token.text.trim() === '' || token.text === token.href) return [address, ...title];
  return [...inner, textToken(' ('), address, textToken(')'), ...title];
}

/** What an address says when it is pointed at, as text behind it: not everybody can point. */
function titleToken(title: string | null | undefined): Token[] {
  return title == null || title.trim() === '' ? [] : [textToken(` (${title.trim()})`)];
}

const reference =
  /(?<![\w/.:#-])[\w@+~.-]*[\w~+-](?:\/[\w@+~.-]+)*(?::\d+(?:[-–]\d+)?|#L\d+(?:-L\d+)?)(?![\w/])/g;

/** Where a place that exists or a mention leads. */
export function findTarget(text: string, links: ProseLinks): Mention | null {
  const address = links.reference(text);
  if (address !== null) return { url: address, title: '' };
  return /^(?:#\d{1,9}|[0-9a-f]{7,40})$/.test(text) ? (links.mention?.(text) ?? null) : null;
}

/** Turns every `path:12` of a text that is known to exist into a link, and every mention. */
function linkReferences(text: string, links: ProseLinks): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (const match of boundedMatches(text)) {
    const target = match.index < from ? null : findTarget(match.text, links);
    if (target === null) continue;
    if (match.index > from) tokens.push(textToken(text.slice(from, match.index)));
    const label = match.text.startsWith('#') ? textToken(match.text) : codeToken(match.text);
    tokens.push(linkToken(target.url, [label], target.title));
    from = match.index + match.text.length;
  }
  if (from < text.length) tokens.push(textToken(text.slice(from)));
  return tokens;
}

/** Words without blanks are looked at one by one, and only those short enough to be a path. */
function* boundedMatches(text: string): Generator<{ index: number; text: string }> {
  for (const word of text.matchAll(/\S+/g)) {
    if (word[0].length > 500) continue;
    if (/[:#]L?\d/.test(word[0]))
      for (const match of word[0].matchAll(reference))
        yield { index: word.index + match.index, text: match[0] };
    for (const { index, text: found } of findMentions(word[0], text.slice(0, word.index)))
      yield { index: word.index + index, text: found };
  }
}

function paragraph(tokens: Token[]): Tokens.Paragraph {
  return { type: 'paragraph', raw: '', text: '', tokens };
}

function textToken(plain: string): Tokens.Text {
  return { type: 'text', raw: plain, text: escapeHtml(plain), escaped: true };
}

function codeToken(text: string): Tokens.Codespan {
  const visible = makeVisible(text);
  return { type: 'codespan', raw: codeSpan(visible), text: visible };
}

function linkToken(href: string, tokens: Token[], title = ''): Tokens.Link {
  return { type: 'link', raw: '', href, title: title === '' ? null : title, text: '', tokens };
}
