import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { parseFailOn, parseStageName, type ReviewOptions } from '../pipeline.ts';
import { targetFlags } from './flags.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { parsePost } from './post-flag.ts';
import { targetWord, toTarget } from './review-target.ts';

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
  const target = toTarget(parsed);
  return {
    workingDirectory,
    target,
    post: parsePost(parsed, target),
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
    full: parsed.switches.has('full'),
    from: from === null ? null : parseStageName(from),
    replay: replay === null ? null : resolve(workingDirectory, replay),
    notices: [],
  };
}

/** What a recorded run has settled. */
const settledByReplay: readonly string[] = [
  ...targetFlags.map(({ name }) => name),
  ...['reviewers', 'model', 'effort', 'max-cost', 'timeout', 'fresh', 'full', 'from', 'post'],
];

/** Flags that would be passed over without a word. */
function refuseWithoutEffect({ command, words, switches, values }: ParsedArguments): void {
  const isGiven = (name: string) => switches.has(name) || values.has(name);
  const word = targetWord({ command, words });
  if (isGiven('replay') && word !== null)
    throw new UsageError(`--replay repeats a recorded run: ${JSON.stringify(word)} has no effect on it`, {
      hint: 'leave it out, or start a new review without --replay',
    });
  if (command.name === 'stage' && word !== null && words[0] !== 'collect')
    throw new UsageError(`only stage collect takes a target, and ${JSON.stringify(word)} would be one`, {
      hint: 'the other stages go by the run directory: leave it out',
    });
  const settled = isGiven('replay') ? settledByReplay.find(isGiven) : undefined;
  if (settled !== undefined)
    throw new UsageError(`--replay repeats a recorded run: --${settled} has no effect on it`, {
      hint: `leave out --${settled}, or start a new review without --replay`,
    });
  for (const begins of ['fresh', 'full'])
    if (isGiven('from') && isGiven(begins))
      throw new UsageError(`--from and --${begins} contradict each other`, {
        hint: `--from continues a run, --${begins} begins one: give one of them`,
      });
}

function refuseEmptyValues(parsed: ParsedArguments): void {
  for (const [name, values] of parsed.values)
    if (values.includes(''))
      throw new UsageError(`--${name} is empty`, { hint: 'give it a value, or leave it out' });
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
