/** How people name a finding in a comment; at least one of the two is there. */
export interface FindingName {
  /** `I1`, in capitals: what it is called in one report. null: not said. */
  label: string | null;
  /** `a3f9`, in small letters: what it is called in every round. null: not said. */
  id: string | null;
}

/** What a comment asks of us, one a line. */
export type AnswerCommand =
  | { kind: 'review'; full: boolean }
  | { kind: 'accept'; finding: FindingName; note: string }
  | { kind: 'decline'; finding: FindingName; reason: string }
  | { kind: 'verify'; finding: FindingName }
  | { kind: 'explain'; finding: FindingName }
  | { kind: 'rerun'; reviewer: string }
  | { kind: 'help' }
  /** `word` is what stood in the place of a command, cut; a text that others chose. */
  | { kind: 'unknown'; word: string }
  | { kind: 'malformed'; command: string; problem: AnswerProblem };

export type AnswerProblem = 'no-finding' | 'no-reason' | 'no-reviewer' | 'too-long';

export const answerLimits = { lines: 60, commands: 10, reasonCharacters: 2_000 };

const opening = /^ {0,3}\/deep-review(?=\s|$)[^\S\n]*(.*)$/i;

/**
 * The commands at the head of a comment: lines that begin with `/deep-review`, before anything that is said in words.
 * Quotes and code are passed over, also by a line that Markdown counts to the quote before it. Never throws.
 */
export function parseAnswerCommands(text: string): AnswerCommand[] {
  const commands: AnswerCommand[] = [];
  let fence: string | null = null;
  let isQuoted = false;
  for (const line of text.split(/\r\n?|\n/, answerLimits.lines)) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence !== null) {
      const [, closing = '', rest = ''] = mark ?? [];
      if (closing.startsWith(fence) && rest.trim() === '') fence = null;
      continue;
    }
    if (mark !== null) {
      fence = mark[1] ?? '';
      isQuoted = false;
    } else if (line.trim() === '') isQuoted = false;
    else if (/^ {0,3}>/.test(line)) isQuoted = true;
    else if (!isQuoted && !/^(?: {4}| {0,3}\t)/.test(line)) {
      const [, asked] = opening.exec(line) ?? [];
      if (asked === undefined) return commands;
      commands.push(readCommand(asked.trim()));
      if (commands.length === answerLimits.commands) return commands;
    }
  }
  return commands;
}

function readCommand(asked: string): AnswerCommand {
  const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(asked) ?? [];
  const kind = word.toLowerCase();
  if (kind === '' || (kind === 'help' && rest === '')) return { kind: 'help' };
  if (kind === 'review' && (rest === '' || rest.toLowerCase() === 'full')) return { kind, full: rest !== '' };
  if (kind === 'rerun')
    return /^[\w.-]{1,64}$/.test(rest)
      ? { kind, reviewer: rest }
      : { kind: 'malformed', command: kind, problem: 'no-reviewer' };
  if (kind === 'accept' || kind === 'decline' || kind === 'verify' || kind === 'explain')
    return readFindingCommand(kind, rest);
  return { kind: 'unknown', word: [...asked].slice(0, 60).join('') };
}

function readFindingCommand(kind: 'accept' | 'decline' | 'verify' | 'explain', text: string): AnswerCommand {
  const named = readFindingName(text);
  if (named === null) return { kind: 'malformed', command: kind, problem: 'no-finding' };
  const { finding, rest } = named;
  if (kind === 'verify' || kind === 'explain') return { kind, finding };
  if (rest.length > answerLimits.reasonCharacters)
    return { kind: 'malformed', command: kind, problem: 'too-long' };
  if (kind === 'accept') return { kind, finding, note: rest };
  return rest === ''
    ? { kind: 'malformed', command: kind, problem: 'no-reason' }
    : { kind, finding, reason: rest };
}

const id = String.raw`[0-9a-f]{4,64}(?:-\d{1,3})?`;
const end = String.raw`(?![\w·-])`;
const joined = new RegExp(String.raw`^([CIS]\d{1,5})[·•‧∙⋅.:/–—-](${id})${end}`, 'i');
const spaced = new RegExp(String.raw`^([CIS]\d{1,5})\s{0,4}[·•‧∙⋅.:/–—-]?\s{1,4}(${id})${end}`, 'i');
const pointed = new RegExp(String.raw`^([CIS]\d{1,5})\s{0,4}[·•‧∙⋅]\s{0,4}(${id})${end}`, 'i');
const labelOnly = /^([CIS]\d{1,5})(?![\w·-]|[.:/][0-9a-z])/i;
const idOnly = new RegExp(`^(${id})${end}`, 'i');

/**
 * The finding that a text begins with, as reports print it or as people type it: `I1·a3f9`, `I1.a3f9`, `i1-A3F9`,
 * `I1 a3f9`, `a3f9`, `I1`, in quotes or code marks or not; and the text behind it. null where it begins with none.
 */
export function readFindingName(text: string): { finding: FindingName; rest: string } | null {
  const bare = text.replace(/^[`*_[("'#\s]{1,8}/, '');
  const both = joined.exec(bare) ?? pointed.exec(bare) ?? spacedName(bare);
  const only = labelOnly.exec(bare);
  const [whole, label = null, name = null] = both ?? (only === null ? idAlone(bare) : [...only, null]);
  if (whole === undefined || whole === null) return null;
  return {
    finding: { label: label?.toUpperCase() ?? null, id: name?.toLowerCase() ?? null },
    rest: bare
      .slice(whole.length)
      .replace(/^[`*_\])"']{1,8}/, '')
      .replace(/^\s{0,4}[,;:–—-](?=\s|$)/, '')
      .trim(),
  };
}

/** A word behind a space may be the first of the reason (`I1 dead code`): only with a digit in it is it a name. */
function spacedName(text: string): RegExpExecArray | null {
  const found = spaced.exec(text);
  return found !== null && /\d/.test(found[2] ?? '') ? found : null;
}

function idAlone(text: string): readonly (string | null)[] {
  const found = idOnly.exec(text);
  return found === null ? [null] : [found[0], null, found[1] ?? null];
}
