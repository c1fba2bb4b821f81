import { planReview, printUsd, type ReviewPlan, visibleLine } from '../pipeline.ts';
import { type CommandInput, prepareRun } from './prepare-run.ts';
import { toReviewOptions } from './review-options.ts';

/** `deep-review review --dry-run`: what would be sent to whom, and what it might cost. */
export async function runDryRun(input: CommandInput): Promise<number> {
  const { parsed, stdout } = input;
  const options = toReviewOptions(parsed, input.workingDirectory);
  const { terminal, dependencies } = prepareRun(input);
  const plan = await planReview(options, dependencies).finally(() => terminal.close());
  stdout.write(parsed.switches.has('json') ? `${JSON.stringify(plan, null, 2)}\n` : formatPlan(plan));
  return 0;
}

const mostNames = 20;

function formatPlan(plan: ReviewPlan): string {
  const { programs } = plan;
  return [
    `A dry run of ${plan.base.slice(0, 12)}..${plan.head.slice(0, 12)}, ${count(plan.files, 'file')}. Nothing was sent.`,
    '',
    ...plan.models.flatMap((model) => formatModel(model, plan)),
    ...(programs.length === 0 ? [] : [`${programs.join(', ')}: sends nothing`, '']),
    ...formatFiles(plan),
    ...formatStart(plan),
    ...(plan.models.length === 0
      ? ['Nothing would be sent, and it would cost nothing.']
      : [
          `${formatTotal(plan)} Tokens are estimated: one for 3.5 characters of English or code.`,
          'Low: few turns, everything sent before comes from the cache. High: the most that may be spent.',
          formatAfterwards(plan),
        ]),
    '',
  ].join('\n');
}

function formatModel(model: ReviewPlan['models'][number], plan: ReviewPlan): string[] {
  const { firstRequest: first, session, keyVariables } = model;
  const variables = keyVariables.join(' or ');
  const keys = {
    present: 'key present',
    missing: `no key: it would be skipped; set ${variables}`,
    'not-needed': 'no key needed',
  };
  const heading = `${model.id}: ${model.model} (effort: ${model.effort ?? 'default'}) at ${visibleLine(model.endpoint)}; ${keys[model.key]}`;
  if (first === null || session === null)
    return [
      heading,
      `  would be skipped: every changed file is kept from ${model.provider} by the egress rule`,
      '',
    ];
  return [
    heading,
    `  first request: ${first.bytes} bytes, about ${first.tokens} tokens; ${count(first.filesInlined, 'file')} whole, ${first.filesNamed} only named`,
    `  session: ${formatSession(session, plan)}`,
    '',
  ];
}

function formatSession(
  session: NonNullable<ReviewPlan['models'][number]['session']>,
  plan: ReviewPlan,
): string {
  const { limitUsd, maxTokens, affordable, turns, costUsd } = session;
  // What another one leaves may raise the share.
  const isShared = plan.models.filter(({ session: other }) => (other?.limitUsd ?? null) !== null).length > 1;
  const money = limitUsd === null ? '' : `${isShared ? 'a share of' : 'at most'} $${printUsd(limitUsd)}`;
  const tokens = maxTokens === null ? '' : `at most ${maxTokens} tokens`;
  const limits = [money, tokens].filter((limit) => limit !== '').join(', ');
  if (!affordable) return `${limits} does not pay for one request: nothing would be sent`;
  return `${turns.low} to ${turns.high} requests${limits === '' ? '' : `, ${limits}`}; ${formatRange(costUsd)}`;
}

function formatFiles({ withheld, keptBack }: ReviewPlan): string[] {
  const kept = new Map<string, string[]>();
  for (const { path, from } of withheld)
    kept.set(from.join(', '), [...(kept.get(from.join(', ')) ?? []), visibleLine(path)]);
  const isKept = new Set(withheld.map(({ path }) => path));
  const print = ({ path, reason }: ReviewPlan['keptBack'][number]) => `${visibleLine(path)} (${reason})`;
  const open = keptBack.filter(({ path }) => !isKept.has(path)).map(print);
  const openToSome = keptBack.filter(({ path }) => isKept.has(path)).map(print);
  return [
    ...[...kept].flatMap(([vendors, paths]) =>
      formatNames(`Kept from ${vendors} by the egress rule:`, paths),
    ),
    ...formatNames('Not in the first requests, and open to whoever asks:', open),
    ...formatNames('Not in the first requests, and open to those it is not kept from:', openToSome),
  ];
}

function formatNames(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > mostNames ? [`  and ${names.length - mostNames} more`] : [];
  return [title, ...names.slice(0, mostNames).map((name) => `  ${name}`), ...more, ''];
}

/** Said when a review would be refused as it stands. */
function formatStart({ models, programs }: ReviewPlan): string[] {
  if (programs.length > 0 || models.length === 0 || models.some(({ skipped }) => skipped === null)) return [];
  return ['A review would not start, with exit code 2: every reviewer would be skipped.', ''];
}

function formatAfterwards({ afterwardsUsd }: ReviewPlan): string {
  const { examination, duplicates, prose } = afterwardsUsd;
  return `After the reviews at most another $${printUsd(examination)} for examiners, $${printUsd(duplicates)} for questions about duplicates and $${printUsd(prose)} for the report’s prose.`;
}

function formatTotal({ models, costUsd }: ReviewPlan): string {
  const starting = models.filter(({ skipped }) => skipped === null).map(({ id }) => id);
  const unpaid = models.filter(({ skipped }) => skipped === 'no-key');
  const isPart = starting.length > 0 && starting.length < models.length;
  const whose = isPart
    ? `, of those that would start (${starting.join(', ')}),`
    : starting.length === 0 && unpaid.length > 0
      ? ', if there were keys,'
      : '';
  return `All together${whose} ${formatRange(costUsd)}.`;
}

function formatRange(range: ReviewPlan['costUsd']): string {
  return range === null ? 'cost unknown' : `$${printUsd(range.low)} to $${printUsd(range.high)}`;
}

function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? '' : 's'}`;
}
