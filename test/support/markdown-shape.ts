import { Marked, type Token, type Tokens } from 'marked';

/** Headings that are ours, HTML, tables' sizes, and what GitHub would act on: all that a hostile text must not change. */
export function shapeOf(markdown: string) {
  const headings: string[] = [];
  const html: string[] = [];
  const wrong: string[] = [];
  /** What stands in a link of ours, where GitHub looks for nothing. */
  const linked = new Set<Token>();
  const marked = new Marked({ gfm: true });
  const tokens = marked.lexer(markdown);
  void marked.walkTokens(tokens, (token: Token) => {
    if (token.type === 'heading') headings.push(`${token.depth}`);
    if (token.type === 'html') html.push(...(token.raw.match(/<\/?(?!code\b)[a-z]+/g) ?? []));
    if (token.type === 'image' || token.type === 'def') wrong.push(token.raw);
    if (token.type === 'link' && !isOurs(token.href)) wrong.push(token.raw);
    if (token.type === 'link') for (const inner of token.tokens ?? []) linked.add(inner);
    const isPlain = token.type === 'text' && !('tokens' in token && token.tokens) && !linked.has(token);
    if (isPlain && /(?:^|\W)(?:@\w|#\d)|\bGH-\d|:\/\/|\bwww\./i.test(token.text)) wrong.push(token.raw);
    if ('text' in token && token.type === 'paragraph' && /^\/\w/m.test(token.raw)) wrong.push(token.raw);
  });
  const isTable = (token: Token): token is Tokens.Table =>
    token.type === 'table' && ['', 'File'].includes(token.header[0]?.text ?? 'none');
  const tables = tokens.filter(isTable).map((table) => table.rows.length);
  return { headings, html, wrong, tables };
}

/** The repository under review, and anchors of the report itself. */
function isOurs(address: string): boolean {
  return address.startsWith('https://github.com/') || /^#[\w-]+$/.test(address);
}
