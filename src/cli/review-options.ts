import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { type LocalTarget, parseFailOn, parseStageName, type ReviewOptions } from '../pipeline.ts';
import { targetFlags } from './flags.ts';
import type { ParsedArguments } from './parse-arguments.ts';

/** Flags of `review` and `stage` → what the pipeline is asked for. Throws `UsageError`. */
export function toReviewOptions(parsed: ParsedArguments, workingDirectory: string): ReviewOptions {
  refuseEmptyValues(parsed);
  const one = (name: string) => parsed.values.get(name)?.[0] ?? null;
  const configPath = one('config');
  if (configPath !== null && parsed.switches.has('no-config'))
    throw new UsageError('--config and --no-config contradict each other', { hint: 'give one of them' });
  refuseWithoutEffect(parsed);
  const failOn = one('fail-on');
  const from = one('from');
  const out = one('out');
  const replay = one('replay');
  return {
    workingDirectory,
    target: toTarget(parsed),
    flags: {
      reviewers: splitList('reviewers', one('reviewers')),
      models: toPairs('model', parsed.values.get('model') ?? []),
      efforts: toPairs('effort', parsed.values.get('effort') ?? []),
      failOn: failOn === null ? null : parseFailOn(failOn),
      dependencies: (parsed.values.get('deps') ?? []).map((path) => resolve(workingDirectory, path)),
      budget: {
        usd: toAmount('max-cost', one('max-cost'), 'an amount of USD'),
        minutes: toAmount('timeout', one('timeout'), 'a number of minutes'),
      },
    },
    configPath: configPath === null ? null : resolve(workingDirectory, configPath),
    withoutConfig: parsed.switches.has('no-config'),
    sarif: (parsed.values.get('sarif') ?? []).map((path) => resolve(workingDirectory, path)),
    out: out === null ? null : resolve(workingDirectory, out),
    fresh: parsed.switches.has('fresh'),
    from: from === null ? null : parseStageName(from),
    replay: replay === null ? null : resolve(workingDirectory, replay),
    notices: [],
  };
}

/** What a recorded run has settled. */
const settledByReplay: readonly string[] = [
  ...targetFlags.map(({ name }) => name),
  ...['reviewers', 'model', 'effort', 'max-cost', 'timeout', 'fresh', 'from'],
];

/** Flags that would be passed over without a word. */
function refuseWithoutEffect({ switches, values }: ParsedArguments): void {
  const isGiven = (name: string) => switches.has(name) || values.has(name);
  const settled = isGiven('replay') ? settledByReplay.find(isGiven) : undefined;
  if (settled !== undefined)
    throw new UsageError(`--replay repeats a recorded run: --${settled} has no effect on it`, {
      hint: `leave out --${settled}, or start a new review without --replay`,
    });
  if (isGiven('from') && isGiven('fresh'))
    throw new UsageError('--from and --fresh contradict each other', {
      hint: '--from continues a run, --fresh begins one: give one of them',
    });
}

function refuseEmptyValues(parsed: ParsedArguments): void {
  for (const [name, values] of parsed.values)
    if (values.includes(''))
      throw new UsageError(`--${name} is empty`, { hint: 'give it a value, or leave it out' });
}

function toTarget(parsed: ParsedArguments): LocalTarget {
  const one = (name: string) => parsed.values.get(name)?.[0] ?? null;
  const [range, base, head, commit] = [one('range'), one('base'), one('head'), one('commit')];
  const staged = parsed.switches.has('staged');
  const dirty = parsed.switches.has('dirty');
  const word = parsed.command.name === 'review' ? parsed.words[0] : undefined;
  if (word !== undefined) throw refuseForgeTarget(word);
  const chosen = [range !== null, base !== null || head !== null, commit !== null, staged, dirty];
  if (chosen.filter(Boolean).length > 1)
    throw new UsageError('more than one target is given', {
      hint: 'choose one of --range, --base/--head, --commit, --staged and --dirty',
    });
  if (range !== null) return { kind: 'range', range };
  if (commit !== null) return { kind: 'commit', revision: commit };
  if (staged) return { kind: 'staged' };
  if (dirty) return { kind: 'dirty' };
  return base === null && head === null ? { kind: 'branch' } : { kind: 'base-head', base, head };
}

function refuseForgeTarget(word: string): UsageError {
  const forge = /^#?\d+$|^https?:\/\/|^[\w.-]+\/[\w.-]+#\d+$/.test(word);
  if (forge)
    return new UsageError(`"${word}" names a pull request on a forge, which this version cannot fetch`, {
      hint: 'fetch its branch and review it with --range BASE..HEAD',
    });
  return new UsageError(`"${word}" is neither a command nor a target`, {
    hint: 'see "deep-review --help"; for a range write --range A..B',
  });
}

function splitList(flag: string, text: string | null): string[] | null {
  if (text === null) return null;
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) throw new UsageError(`--${flag} names nobody`, { hint: 'for example: checks' });
  return items;
}

/** Plain decimal numbers above zero: no exponent, no unit, nothing that only a program would write. */
function toAmount(flag: string, text: string | null, meaning: string): number | null {
  if (text === null) return null;
  const amount = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (!(amount > 0 && Number.isFinite(amount)))
    throw new UsageError(`--${flag} "${text}" is not ${meaning} above 0`, {
      hint: `write it in digits, for example: --${flag} 7.5`,
    });
  return amount;
}

function toPairs(flag: string, texts: readonly string[]): Map<string, string> {
  return new Map(
    texts.map((text): [string, string] => {
      const at = text.indexOf('=');
      if (at < 1 || at === text.length - 1)
        throw new UsageError(`--${flag} "${text}" is not ID=VALUE`, { hint: `for example: claude=${flag}` });
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
