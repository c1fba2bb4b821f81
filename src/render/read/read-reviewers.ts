import type { ForeignReviewer } from '../../domain/foreign-report.ts';

/** Names that reports of this format use even where their header names nobody. */
const knownIds = ['claude', 'codex', 'gemini', 'qwen', 'gemma', 'glm', 'checks', 'guard'];
const mostReviewers = 16;

/** The reviewers of a header's row, `Claude Opus 4.7 (effort: xhigh), Codex GPT 5.5`; each tool once. */
export function readReviewers(row: string): ForeignReviewer[] {
  const reviewers: ForeignReviewer[] = [];
  for (const label of splitNames(row.replace(/<br\s*\/?>/gi, ', '))) {
    const reviewer = describeReviewer(label);
    if (reviewer !== null && !reviewers.some(({ id }) => id === reviewer.id)) reviewers.push(reviewer);
  }
  return reviewers.slice(0, mostReviewers);
}

/**
 * Who stands in a bracket such as `[Claude Opus 4.6, Gemini 3.1 Pro (as S5)]`: ids, and what is left. A bracket that
 * names nobody known is all remark.
 */
export function readAttribution(
  bracket: string,
  known: readonly ForeignReviewer[],
): { reviewers: ForeignReviewer[]; remark: string } {
  const reviewers: ForeignReviewer[] = [];
  let odd = false;
  for (const name of splitNames(bracket)) {
    const reviewer = describeReviewer(name);
    const isKnown =
      reviewer !== null && (knownIds.includes(reviewer.id) || known.some(({ id }) => id === reviewer.id));
    if (!isKnown) odd = true;
    else reviewers.push(reviewer);
    if (isKnown && /\((?!effort)/.test(name)) odd = true;
  }
  return { reviewers, remark: odd ? bracket : '' };
}

function splitNames(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let name = '';
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth = Math.max(0, depth - 1);
    if (depth === 0 && /[,;+&]/.test(character)) {
      names.push(name);
      name = '';
    } else name += character;
  }
  return [...names, name].map((one) => one.replace(/[~*`]/g, '').trim()).filter((one) => one !== '');
}

/** The first word names the tool: `Claude Opus 4.7` and `[Claude]` are both `claude`. */
function describeReviewer(label: string): ForeignReviewer | null {
  const [word = ''] = /[\p{L}\p{N}][\p{L}\p{N}-]*/u.exec(label) ?? [];
  const id = word
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '')
    .slice(0, 40);
  if (!/^[a-z]/.test(id) || !/^\W*\p{Lu}|^\W*[a-z-]+(?:\s*\(|$)/u.test(label)) return null;
  return { id, name: word.charAt(0).toUpperCase() + word.slice(1), label };
}
