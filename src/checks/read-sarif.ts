import type { Cause } from '../domain/cause.ts';
import type { Change } from '../domain/change.ts';
import type { FindingClaim } from '../domain/finding.ts';
import type { ReviewFinish } from '../domain/review.ts';
import { makeVisible, makeVisibleLine } from '../domain/visible-text.ts';
import type { Severity } from '../domain/vocabulary.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import {
  parseSarifFile,
  type SarifMessage,
  type SarifResult,
  type SarifRule,
  type SarifRun,
} from './sarif-file.ts';
import { sarifFix } from './sarif-fix.ts';
import { createSarifPlaces, type SarifPlaces } from './sarif-place.ts';

export interface ReadSarifInput {
  text: string;
  /** The file's name, for messages. */
  name: string;
  repository: ObjectRepository;
  change: Change;
}

/** One run of a SARIF file: a tool and what it found. */
export interface SarifFindings {
  tool: { name: string; version: string };
  findings: {
    claims: FindingClaim[];
    finish: ReviewFinish;
    filesRead: string[];
    /** Why the tool did not come to its end, as it says itself; null when it did. */
    incomplete: Cause | null;
  };
}

/**
 * Another tool's results as claims, quoted from the head by the lines they name. Results that the tool suppressed
 * are acknowledged; those that say that all is well are counted. Nothing else is left out: a place that does not
 * exist becomes a claim too, for the gate to refuse visibly.
 */
export async function readSarif(input: ReadSarifInput): Promise<SarifFindings[]> {
  const runs = parseSarifFile(input.text, input.name);
  return Promise.all(runs.map((run) => readRun(run, input)));
}

async function readRun(run: SarifRun, input: ReadSarifInput): Promise<SarifFindings> {
  const places = await createSarifPlaces({ run, repository: input.repository, change: input.change });
  const { driver } = run.tool;
  const results = run.results ?? [];
  const fine = results.filter(({ kind }) => kind === 'pass' || kind === 'notApplicable');
  const suppressed = results.filter((result) => !fine.includes(result) && isSuppressed(result));
  const claims: FindingClaim[] = [];
  for (const result of results)
    if (!fine.includes(result) && !suppressed.includes(result))
      claims.push(await toClaim(result, ruleOf(result, driver.rules ?? []), places));
  const version = driver.semanticVersion ?? driver.version ?? '';
  const failed = run.invocations?.some(({ executionSuccessful }) => executionSuccessful === false) ?? false;
  return {
    tool: { name: makeVisibleLine(driver.name), version: makeVisibleLine(version) },
    findings: {
      claims,
      finish: {
        summary: `${makeVisibleLine(driver.name)} gave ${results.length} results: ${claims.length} are findings, ${suppressed.length} are suppressed, ${fine.length} say that all is well.`,
        designObservations: [],
        testing: '',
        documentation: '',
        commits: '',
        acknowledged: suppressed.map((result) => acknowledge(result, driver.rules ?? [], places)),
        unresolvedFeedback: [],
        coverage: [],
        contextUpdates: [],
      },
      filesRead: [],
      incomplete: failed
        ? { code: 'tool-failed', message: 'the tool says that its run failed', retryable: false }
        : null,
    },
  };
}

async function toClaim(
  result: SarifResult,
  rule: SarifRule | null,
  places: SarifPlaces,
): Promise<FindingClaim> {
  const [first = {}, ...others] = result.locations ?? [];
  const location = places.claim(first);
  const message = messageOf(result.message, rule);
  const id = result.ruleId ?? rule?.id ?? '';
  const title = message.split('\n')[0]?.slice(0, 300) || 'A result without a message';
  const more = [...others, ...(result.relatedLocations ?? [])].filter(
    (place) => place.physicalLocation?.region?.startLine !== undefined,
  );
  return {
    severity: severityOf(result, rule),
    kind: 'gap',
    category: isSecurity(rule) ? 'security' : 'correctness',
    title: makeVisibleLine(id === '' ? title : `${title} (${id})`),
    locations: [location, ...more.map((place) => places.claim(place))],
    quote: await places.quote(location, first.physicalLocation?.region),
    absent: false,
    explanation: makeVisible(explain(message, rule)),
    scenario: '',
    fix: await sarifFix(result, places),
    confidence: confidenceOf(rule),
    replaces: '',
  };
}

/**
 * A security severity of 9 and more is critical, of 7 and more important; the level `error` is important. Everything
 * else is a suggestion: most tools say `warning` of whatever they find.
 */
function severityOf(result: SarifResult, rule: SarifRule | null): Severity {
  const security = Number(rule?.properties?.['security-severity'] ?? Number.NaN);
  if (security >= 9) return 'critical';
  const level = result.level ?? rule?.defaultConfiguration?.level ?? 'warning';
  return security >= 7 || level === 'error' ? 'important' : 'suggestion';
}

function isSecurity(rule: SarifRule | null): boolean {
  const { properties } = rule ?? {};
  return properties?.['security-severity'] !== undefined || (properties?.tags ?? []).includes('security');
}

function confidenceOf(rule: SarifRule | null): number | null {
  const known: Record<string, number> = { 'very-high': 0.95, high: 0.85, medium: 0.6, low: 0.3 };
  const { precision = '' } = rule?.properties ?? {};
  return Object.hasOwn(known, precision) ? (known[precision] ?? null) : null;
}

function isSuppressed({ suppressions = [] }: SarifResult): boolean {
  return suppressions.some(({ status = 'accepted' }) => status === 'accepted');
}

function acknowledge(result: SarifResult, rules: readonly SarifRule[], places: SarifPlaces) {
  const { path, startLine } = places.claim(result.locations?.[0] ?? {});
  const why = result.suppressions?.find(({ justification }) => justification)?.justification;
  const message = messageOf(result.message, ruleOf(result, rules));
  const text = why === undefined ? `${message} (suppressed)` : `${message} (suppressed: ${why})`;
  return { location: makeVisibleLine(`${path}:${startLine}`), text: makeVisible(text) };
}

function ruleOf(result: SarifResult, rules: readonly SarifRule[]): SarifRule | null {
  const byIndex = result.ruleIndex === undefined ? undefined : rules[result.ruleIndex];
  return byIndex ?? rules.find(({ id }) => id === result.ruleId) ?? null;
}

/** The message with its arguments put in, and links to numbered places as plain words. */
function messageOf(message: SarifMessage | undefined, rule: SarifRule | null): string {
  const strings = rule?.messageStrings ?? {};
  const named =
    message?.id !== undefined && Object.hasOwn(strings, message.id) ? strings[message.id] : undefined;
  const text = message?.text ?? named?.text ?? message?.markdown ?? '';
  return text
    .replace(/\{(\d+)\}/g, (whole, number) => message?.arguments?.[Number(number)] ?? whole)
    .replace(/\[([^\][]+)\]\(\d+\)/g, '$1')
    .trim();
}

const longestHelp = 2000;

function explain(message: string, rule: SarifRule | null): string {
  const description = rule?.fullDescription?.text ?? rule?.shortDescription?.text ?? '';
  const help = rule?.help?.markdown ?? rule?.help?.text ?? '';
  const rest = help.length - longestHelp;
  const shown =
    rest > 0 ? `${help.slice(0, longestHelp)}\n\n… ${rest} more characters in the rule’s help` : help;
  return [message, description === message ? '' : description, shown === description ? '' : shown]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
}
