import type { Change } from './change.ts';
import type { ProviderId } from './reviewer.ts';

/** A program that helped to write a change, as its commits or its description say. */
export interface AiAuthor {
  name: string;
  /** Whose models it is of; null where it uses those of several vendors. */
  vendor: ProviderId | null;
  /** Commits that name it. 0: only the pull request's description does. */
  commits: number;
}

/** In the order of the table below. Empty says that nobody is named, not that nobody helped. */
export function findAiAuthors(change: Pick<Change, 'commits' | 'pullRequest'>): AiAuthor[] {
  const counts = new Map<string, number>();
  for (const { author, subject, body } of change.commits)
    for (const name of namedIn([`author: ${author.name} <${author.email}>`, subject, ...body.split('\n')]))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  const { pullRequest } = change;
  const described = [`author: ${pullRequest?.author ?? ''} <>`, ...(pullRequest?.body ?? '').split('\n')];
  for (const name of namedIn(described)) counts.set(name, counts.get(name) ?? 0);
  return programs.flatMap(({ name, vendor }) => {
    const commits = counts.get(name);
    return commits === undefined ? [] : [{ name, vendor, commits }];
  });
}

interface Program {
  name: string;
  vendor: ProviderId | null;
  /** A whole name in a trailer. People are called Claude, too: the bare name needs an address of a program's. */
  person: RegExp;
  /** What a bare name is. */
  bare: RegExp;
  /** The domain of its address. */
  domain: RegExp;
  /** Behind "generated with". */
  tool: RegExp;
}

const programs: readonly Program[] = [
  {
    name: 'Claude',
    vendor: 'anthropic',
    person: /^claude[ -](?:code|opus|sonnet|haiku|v?\d)|^claude\[bot\]$/i,
    bare: /^claude$/i,
    domain: /@(?:[\w-]+\.)*(?:anthropic|claude)\.(?:com|ai)$/i,
    tool: /\bclaude(?: code)?(?![\w-])/i,
  },
  {
    name: 'Codex',
    vendor: 'openai',
    person:
      /^(?:openai )?codex(?:[ -](?:cli|gpt|v?\d)|\[bot\]|$)|^chatgpt|^gpt-?\d|^chatgpt-codex-connector/i,
    bare: /^(?:codex|openai)$/i,
    domain: /@(?:[\w-]+\.)*openai\.com$/i,
    tool: /\b(?:openai )?(?:codex|chatgpt)(?![\w-])/i,
  },
  {
    name: 'Gemini',
    vendor: 'google',
    person:
      /^gemini[ -](?:cli|code assist|pro|flash|v?\d)|^gemini-code-assist|^google-labs-jules|^jules\[bot\]$/i,
    bare: /^(?:gemini|jules)$/i,
    domain: /@gemini\.google\.com$/i,
    tool: /\bgemini(?: cli| code assist)?(?![\w-])/i,
  },
  {
    name: 'Copilot',
    vendor: null,
    person: /^(?:github )?copilot(?:$|[ [-])|^copilot-swe-agent/i,
    bare: /^copilot$/i,
    domain: /\+copilot@users\.noreply\.github\.com$/i,
    tool: /\b(?:github )?copilot(?![\w-])/i,
  },
  {
    name: 'Cursor',
    vendor: null,
    person: /^cursor agent$|^cursoragent$|^cursor\[bot\]$/i,
    bare: /^cursor$/i,
    domain: /^cursoragent@cursor\.com$|@cursor\.(?:com|sh)$/i,
    tool: /\bcursor agent(?![\w-])/i,
  },
  {
    name: 'Devin',
    vendor: null,
    person: /^devin(?: ai|-ai-integration)/i,
    bare: /^devin$/i,
    domain: /devin-ai-integration\[bot\]@users\.noreply\.github\.com$/i,
    tool: /\bdevin ai(?![\w-])/i,
  },
];

/** A line longer than this says nothing about who wrote it. */
const longestLine = 500;

function namedIn(lines: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const line of lines) {
    if (line.length > longestLine) continue;
    const program = programs.find((one) => isTrailerOf(one, line) || isToolLineOf(one, line));
    if (program !== undefined) names.add(program.name);
  }
  return names;
}

function isTrailerOf({ person, bare, domain }: Program, line: string): boolean {
  const trailer = readTrailer(line);
  if (trailer === null) return false;
  const { key, name, address } = trailer;
  if (person.test(name) || domain.test(address)) return true;
  const isProgramAddress = address === '' || /^(?:\d+\+)?(?:no-?reply|bot)\b/i.test(address);
  return key !== 'author' && bare.test(name) && isProgramAddress;
}

const trailerKeys = new Set(['author', 'co-authored-by', 'co-developed-by', 'assisted-by', 'generated-by']);

/** `Key: Name <address>`, cut without a pattern: whoever writes a commit message chooses its blanks. */
function readTrailer(line: string): { key: string; name: string; address: string } | null {
  const colon = line.indexOf(':');
  const key = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
  if (!trailerKeys.has(key)) return null;
  const rest = line.slice(colon + 1).trim();
  const open = rest.indexOf('<');
  if (open < 0) return { key, name: rest, address: '' };
  const isWhole = rest.endsWith('>') && rest.indexOf('>') === rest.length - 1;
  return isWhole ? { key, name: rest.slice(0, open).trim(), address: rest.slice(open + 1, -1) } : null;
}

function isToolLineOf({ tool }: Program, line: string): boolean {
  const words = /\b(?:generated|written|authored|created|built) (?:with|by|using) (.*)$/i.exec(line)?.[1];
  const at = words === undefined ? -1 : words.search(tool);
  return at >= 0 && at <= furthestName;
}

/** How far behind "generated with" the name may stand: "the help of" fits, another subject does not. */
const furthestName = 16;
