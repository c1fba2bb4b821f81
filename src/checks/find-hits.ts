import type { LineRange } from '../domain/location.ts';
import type { SgNode, SgRoot } from '../evidence/languages.ts';
import type { Rule } from './rule.ts';

/** One place where a rule's tree was found. */
export interface Hit {
  rule: Rule;
  /** The lines of the hit, or of its telling part. */
  range: LineRange;
  /** What stands there, without its white space: the same defect in the same words has the same text. */
  text: string;
  /** What the rule captured and its texts name, on one line each. */
  captures: ReadonlyMap<string, string>;
}

const longestCapture = 60;

/** All hits of one rule in a tree, in the order of their lines. */
export function findHits(root: SgRoot, rule: Rule): Hit[] {
  return root
    .root()
    .findAll(rule.config)
    .map((match) => describeHit(match, rule))
    .sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

/** A rule's text with its captures put in; a name that was not captured stays as it is. */
export function fillCaptures(text: string, captures: Hit['captures']): string {
  return text.replace(/\$([A-Z_][A-Z0-9_]*)/g, (written, name: string) => captures.get(name) ?? written);
}

function describeHit(match: SgNode, rule: Rule): Hit {
  const telling = (rule.tell === null ? null : match.getMatch(rule.tell)) ?? match;
  const { start, end } = telling.range();
  const captures = new Map<string, string>();
  for (const [, name = ''] of `${rule.title} ${rule.why} ${rule.scenario} ${rule.fix}`.matchAll(
    /\$([A-Z_][A-Z0-9_]*)/g,
  )) {
    const node = match.getMatch(name);
    if (node !== null) captures.set(name, onOneLine(node.text()));
  }
  const lastLine = end.column === 0 && end.line > start.line ? end.line : end.line + 1;
  return {
    rule,
    range: { start: start.line + 1, end: lastLine },
    text: telling.text().replace(/\s+/g, ''),
    captures,
  };
}

function onOneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('`', "'").trim();
  const letters = [...line];
  return letters.length <= longestCapture ? line : `${letters.slice(0, longestCapture - 1).join('')}…`;
}
