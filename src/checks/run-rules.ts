import type { Change, FileDiff, ObjectId } from '../domain/change.ts';
import type { FindingClaim } from '../domain/finding.ts';
import { formatLocation } from '../domain/location.ts';
import type { CoverageStatement, DesignObservation, ReviewFinish } from '../domain/review.ts';
import { languageForPath, parseSource, syntaxErrors } from '../evidence/languages.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { findFileHits, splitByOrigin, splitByTouch } from './file-hits.ts';
import { fillCaptures, type Hit } from './find-hits.ts';
import type { Rule } from './rule.ts';
import { treeWeight } from './tree-weight.ts';

export interface RunRulesInput {
  repository: ObjectRepository;
  change: Change;
  rules: readonly Rule[];
  signal: AbortSignal;
}

export interface RuleFindings {
  claims: FindingClaim[];
  finish: ReviewFinish;
  filesRead: string[];
}

/** Bytes of a file; larger ones are made by machines. */
const largestFile = 1024 * 1024;
/** Summed depth of all nodes: about 100,000 lines of ordinary code. */
const heaviestTree = 20_000_000;
/** Hits in one file; no person wrote a file with more. */
const mostHits = 2000;
const longestQuote = 20;
/** Characters of a line that a quote may start with. */
const longestLine = 2000;
const mostPlaces = 10;

/**
 * Runs the enabled rules over the changed files, at the head and at the merge base. What the head has more of is
 * claimed; hits that stood before become one design observation for each rule, with their places. Rejects with the
 * signal's reason between two files.
 */
export async function runRules(input: RunRulesInput): Promise<RuleFindings> {
  const { change, signal } = input;
  const rules = input.rules.filter((rule) => rule.enabled);
  const claims: FindingClaim[] = [];
  const older: { hit: Hit; path: string }[] = [];
  const coverage: CoverageStatement[] = [];
  for (const file of change.files) {
    signal.throwIfAborted();
    const checked = await checkFile(input, rules, file);
    coverage.push(checked.coverage);
    claims.push(...checked.claims);
    older.push(...checked.older.map((hit) => ({ hit, path: file.path })));
  }
  const filesRead = coverage.filter(({ status }) => status === 'reviewed').map(({ path }) => path);
  return {
    claims,
    filesRead,
    finish: {
      summary: summarise({
        rules: rules.length,
        read: filesRead.length,
        claims: claims.length,
        change,
        older: older.length,
      }),
      designObservations: observeOlder(older),
      testing: '',
      documentation: '',
      commits: '',
      acknowledged: [],
      unresolvedFeedback: [],
      coverage,
      contextUpdates: [],
    },
  };
}

interface CheckedFile {
  claims: FindingClaim[];
  older: Hit[];
  coverage: CoverageStatement;
}

async function checkFile(input: RunRulesInput, rules: readonly Rule[], file: FileDiff): Promise<CheckedFile> {
  const { path } = file;
  const skip = (note: string): CheckedFile => ({
    claims: [],
    older: [],
    coverage: { path, status: 'skipped', note },
  });
  const reason = reasonToSkip(file);
  if (reason !== null) return skip(reason);
  const head = await readHits(input, rules, input.change.head.sha, path);
  if (head.outcome === 'skipped') return skip(head.reason);
  const oldPath = file.oldPath ?? path;
  const base =
    head.hits.length === 0 || file.status === 'added'
      ? null
      : await readHits(input, rules, input.change.mergeBase, oldPath);
  const baseIsUnread = base?.outcome === 'skipped' && base.unread;
  const { introduced, older } = baseIsUnread
    ? splitByTouch(head.hits, file)
    : splitByOrigin(head.hits, base?.outcome === 'read' ? base.hits : [], file);
  const quotable = introduced.filter(
    ({ range }) => (head.lines[range.start - 1]?.length ?? 0) <= longestLine,
  );
  const notes = [
    head.errors === 0 ? '' : `${head.errors} places could not be parsed`,
    baseIsUnread ? `not read at the merge base: ${base.reason}` : '',
    quotable.length === introduced.length
      ? ''
      : `${introduced.length - quotable.length} hits left out, in lines of over ${longestLine} characters`,
  ];
  return {
    claims: quotable.map((hit) => toClaim(hit, path, head.lines)),
    older,
    coverage: { path, status: 'reviewed', note: notes.filter((note) => note !== '').join('; ') },
  };
}

function reasonToSkip(file: FileDiff): string | null {
  if (file.status === 'removed') return 'removed';
  if (file.ignored === true) return 'ignored by the configuration';
  if (file.generated) return 'generated';
  if (file.vendored) return 'vendored';
  if (file.newMode === '160000') return 'a submodule';
  if (file.newMode === '120000') return 'a symbolic link';
  return file.binary ? 'binary' : null;
}

type FileHits =
  | { outcome: 'read'; hits: Hit[]; lines: string[]; errors: number }
  /** `unread`: it holds code of a known language that was not looked at. */
  | { outcome: 'skipped'; reason: string; unread: boolean };

async function readHits(
  { repository }: RunRulesInput,
  rules: readonly Rule[],
  commit: ObjectId,
  path: string,
): Promise<FileHits> {
  const file = await repository.readFile(commit, path, { maxBytes: largestFile });
  if (file.outcome === 'too-large')
    return { outcome: 'skipped', reason: `${file.size} bytes: too large`, unread: true };
  if (file.outcome !== 'found')
    return { outcome: 'skipped', reason: 'not a file at that commit', unread: false };
  const text = file.bytes.toString('utf8');
  const lines = text.split('\n');
  const language = languageForPath(path, lines[0]?.slice(0, 200));
  if (language === null) return { outcome: 'skipped', reason: 'no grammar for its language', unread: false };
  const own = rules.filter((rule) => rule.languages.includes(language) && rule.appliesTo(path));
  if (own.length === 0) return { outcome: 'skipped', reason: `no rule for ${language}`, unread: false };
  const root = await parseSource(language, text);
  if (root === null || treeWeight(root, heaviestTree) > heaviestTree)
    return { outcome: 'skipped', reason: 'too large to parse', unread: true };
  const hits = findFileHits(root, own);
  if (hits.length > mostHits)
    return { outcome: 'skipped', reason: `${hits.length} hits: made by a machine`, unread: true };
  return { outcome: 'read', hits, lines, errors: syntaxErrors(root) };
}

function toClaim({ rule, range, captures }: Hit, path: string, lines: readonly string[]): FindingClaim {
  const last = lastQuotedLine(range, lines);
  return {
    severity: rule.severity,
    kind: rule.kind,
    category: rule.category,
    title: fillCaptures(rule.title, captures),
    locations: [{ path, startLine: range.start, endLine: range.end, side: 'head' }],
    quote: lines.slice(range.start - 1, last).join('\n'),
    absent: false,
    explanation: fillCaptures(rule.why, captures),
    scenario: fillCaptures(rule.scenario, captures),
    fix: { text: fillCaptures(rule.fix, captures), diff: '' },
    confidence: rule.confidence,
    replaces: '',
  };
}

/** At most 20 lines, and none behind the first that is too long to be read. */
function lastQuotedLine({ start, end }: Hit['range'], lines: readonly string[]): number {
  const last = Math.min(end, start + longestQuote - 1);
  const tooLong = lines.slice(start - 1, last).findIndex((line) => line.length > longestLine);
  return tooLong < 0 ? last : start + tooLong - 1;
}

/** One observation for each rule, so that old code is named without drowning what the change brought. */
function observeOlder(older: readonly { hit: Hit; path: string }[]): DesignObservation[] {
  const byRule = new Map<Rule, string[]>();
  for (const { hit, path } of older) {
    const { start, end } = hit.range;
    const place = `\`${formatLocation({ path, startLine: start, endLine: end, side: 'head' })}\``;
    byRule.set(hit.rule, [...(byRule.get(hit.rule) ?? []), place]);
  }
  return [...byRule].map(([rule, places]) => {
    const rest = places.length - mostPlaces;
    const shown = places.slice(0, mostPlaces).join(', ');
    return {
      kind: 'concern',
      scope: 'future',
      title: `${withoutCaptures(rule.title)}: ${places.length} older ${places.length === 1 ? 'place' : 'places'}`,
      text: `The rule \`${rule.id}\` also hits code in the changed files that stood there before: ${shown}${rest > 0 ? ` and ${rest} more` : ''}. ${withoutCaptures(rule.why)}`,
    };
  });
}

/** Many places share the text, each with captures of its own. */
function withoutCaptures(text: string): string {
  return text.replace(/\$[A-Z_][A-Z0-9_]*/g, '…');
}

function summarise(counts: {
  rules: number;
  read: number;
  claims: number;
  change: Change;
  older: number;
}): string {
  return `${counts.rules} rules read ${counts.read} of ${counts.change.files.length} changed files: ${counts.claims} findings, and ${counts.older} older places that the change did not bring.`;
}
