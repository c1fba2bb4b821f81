import { type ClaimedLocation, FindingClaim } from '../../domain/finding.ts';
import type { Side } from '../../domain/location.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import { Category, FindingKind, type Severity } from '../../domain/vocabulary.ts';
import {
  asBoolean,
  asLine,
  asList,
  asNumber,
  asText,
  asWord,
  isRecord,
  type LooseRecord,
  makeAllVisible,
  pick,
} from './loose-values.ts';

export type ClaimReading =
  | { outcome: 'read'; claim: FindingClaim }
  /** What is missing or not understood, a sentence each. */
  | { outcome: 'malformed'; problems: string[] };

/**
 * Reads the arguments of `report_finding`: other spellings and single things for lists are understood, what is
 * missing gets its default, unknown fields are kept. Only a finding without severity, title or place is malformed.
 */
export function readClaim(argumentValues: LooseRecord): ClaimReading {
  const visible = makeAllVisible(argumentValues);
  const raw = isRecord(visible) ? visible : {};
  const severity = readSeverity(pick(raw, 'severity', 'level', 'priority'));
  const title = makeVisibleLine(asLine(pick(raw, 'title', 'summary')));
  const locations = readLocations(raw);
  const problems = [
    ...(severity === null ? ['`severity` must be critical, important or suggestion.'] : []),
    ...(title === '' ? ['`title` is missing: one line that says what is wrong.'] : []),
    ...(locations.length === 0
      ? ['`locations` is missing: a list of {path, startLine, endLine, side}, the quoted place first.']
      : []),
  ];
  if (severity === null || problems.length > 0) return { outcome: 'malformed', problems };
  const claim = {
    ...raw,
    severity,
    kind: readKind(pick(raw, 'kind', 'type')),
    category: readCategory(pick(raw, 'category')),
    title,
    locations,
    quote: asText(pick(raw, 'quote', 'code', 'snippet')),
    absent: asBoolean(raw.absent),
    explanation: asText(pick(raw, 'explanation', 'description', 'body', 'message')),
    scenario: asText(pick(raw, 'scenario', 'impact')),
    fix: readFix(pick(raw, 'fix', 'suggestion')),
    confidence: readConfidence(raw.confidence),
    replaces: asLine(raw.replaces),
  };
  const parsed = FindingClaim.safeParse(claim);
  if (parsed.success) return { outcome: 'read', claim: parsed.data };
  return {
    outcome: 'malformed',
    problems: parsed.error.issues.map(({ path, message }) => `\`${path.map(String).join('.')}\`: ${message}`),
  };
}

const severityWords: readonly (readonly [Severity, RegExp])[] = [
  ['critical', /^(?:critical|blocker|blocking|severe|fatal|c|p0|s0)\b/],
  ['important', /^(?:important|high|major|medium|moderate|significant|warning|error|i|p1|p2)\b/],
  ['suggestion', /^(?:suggestion|low|minor|trivial|info|note|nit|nitpick|style|s|p3|p4)\b/],
];

export function readSeverity(value: unknown): Severity | null {
  const word = asWord(value);
  return severityWords.find(([, pattern]) => pattern.test(word))?.[0] ?? null;
}

const kindWords: Record<string, FindingKind> = {
  bug: 'gap',
  missing: 'gap',
  docs: 'documentation',
  improvement: 'enhancement',
};

function readKind(value: unknown): FindingKind | undefined {
  const word = asWord(value);
  const parsed = FindingKind.safeParse(Object.hasOwn(kindWords, word) ? kindWords[word] : word);
  return parsed.success ? parsed.data : undefined;
}

const categoryWords: Record<string, Category> = {
  bug: 'correctness',
  logic: 'correctness',
  race: 'concurrency',
  'race-condition': 'concurrency',
  error: 'error-handling',
  errors: 'error-handling',
  perf: 'performance',
  docs: 'documentation',
  test: 'testing',
  tests: 'testing',
  compatibility: 'api',
  ci: 'build',
  style: 'maintainability',
};

function readCategory(value: unknown): Category | undefined {
  const word = asWord(value);
  const parsed = Category.safeParse(Object.hasOwn(categoryWords, word) ? categoryWords[word] : word);
  return parsed.success ? parsed.data : undefined;
}

function readLocations(raw: LooseRecord): ClaimedLocation[] {
  const listed = asList(pick(raw, 'locations', 'location', 'places'));
  const places = listed.length > 0 ? listed : [raw];
  return places.flatMap((place) => readLocation(place) ?? []);
}

/** A place as models write it: an object, or `a/b.go:10-14`; null when it names no path. */
export function readLocation(place: unknown): ClaimedLocation | null {
  if (typeof place === 'string') return readPlaceText(place);
  if (!isRecord(place)) return null;
  const path = asText(pick(place, 'path', 'file', 'filename', 'filePath', 'file_path')).trim();
  if (path === '') return null;
  const [first, second] = readLines(pick(place, 'lines', 'range'));
  const start = asNumber(pick(place, 'startLine', 'start_line', 'start', 'line')) ?? first;
  const end = asNumber(pick(place, 'endLine', 'end_line', 'end')) ?? second ?? start;
  return { path, startLine: start ?? 0, endLine: end ?? 0, side: readSide(pick(place, 'side', 'commit')) };
}

/** `a/b.go:10-14`, `a/b.go:10`, `a/b.go`. */
function readPlaceText(text: string): ClaimedLocation | null {
  const match = /^(.*?)(?::(?:L?(\d{1,9}))(?:\s*[-–:]\s*L?(\d{1,9}))?)?$/s.exec(text.trim());
  const path = match?.[1] ?? '';
  if (path === '') return null;
  const start = Number(match?.[2] ?? 0);
  return { path, startLine: start, endLine: Number(match?.[3] ?? start), side: 'head' };
}

/** `10-14`, `[10, 14]`, `10`. */
function readLines(value: unknown): (number | undefined)[] {
  if (Array.isArray(value)) return value.map(asNumber);
  return (asText(value).match(/\d{1,9}/g) ?? []).map(Number);
}

function readSide(value: unknown): Side {
  return /^(?:base|old|left|before|merge-base)$/.test(asWord(value)) ? 'base' : 'head';
}

function readFix(value: unknown): FindingClaim['fix'] {
  if (isRecord(value))
    return {
      text: asText(pick(value, 'text', 'description', 'explanation')),
      diff: asText(pick(value, 'diff', 'patch')),
    };
  const text = asText(value);
  return /^(?:diff --git |--- |@@ )/.test(text.trimStart()) ? { text: '', diff: text } : { text, diff: '' };
}

/** 80 and "80 %" mean 0.8; words and nonsense mean nothing. */
function readConfidence(value: unknown): number | null {
  const number = asNumber(typeof value === 'string' ? value.replace(/\s*%\s*$/, '') : value);
  if (number === undefined || number < 0 || number > 100) return null;
  const isPercent = number > 1 || (typeof value === 'string' && /%\s*$/.test(value));
  return isPercent ? number / 100 : number;
}
