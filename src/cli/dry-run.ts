import { planReview, type ReviewPlan, visibleLine } from '../pipeline.ts';
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
  const { keptBack, files, programs } = plan;
  return [
    `A dry run of ${plan.base.slice(0, 12)}..${plan.head.slice(0, 12)}, ${count(files, 'file')}. Nothing was sent.`,
    '',
    ...plan.models.flatMap(formatModel),
    ...(programs.length === 0 ? [] : [`${programs.join(', ')}: sends nothing`, '']),
    ...(keptBack.length === 0 ? [] : ['Not in the first requests, and open to whoever asks:']),
    ...keptBack.slice(0, mostNames).map(({ path, reason }) => `  ${visibleLine(path)} (${reason})`),
    ...(keptBack.length > mostNames ? [`  and ${keptBack.length - mostNames} more`] : []),
    ...(keptBack.length === 0 ? [] : ['']),
    `All together ${formatRange(plan.costUsd)}. Tokens are estimated: one for 3.5 characters of English or code.`,
    'Low: few turns, everything sent before comes from the cache. High: the most that may be spent.',
    '',
  ].join('\n');
}

function formatModel(model: ReviewPlan['models'][number]): string[] {
  const { firstRequest: first, session, keyVariables } = model;
  const variables = keyVariables.join(' or ');
  const keys = {
    present: 'key present',
    missing: `no key: it would be skipped; set ${variables}`,
    'not-needed': 'no key needed',
  };
  const limit = session.limitUsd === null ? '' : `, at most $${session.limitUsd.toFixed(2)}`;
  const tokens = session.maxTokens === null ? '' : `, at most ${session.maxTokens} tokens`;
  return [
    `${model.id}: ${model.model} (effort: ${model.effort ?? 'default'}) at ${visibleLine(model.endpoint)}; ${keys[model.key]}`,
    `  first request: ${first.bytes} bytes, about ${first.tokens} tokens; ${count(first.filesInlined, 'file')} whole, ${first.filesNamed} only named`,
    `  session: ${session.turns.low} to ${session.turns.high} requests${limit}${tokens}; ${formatRange(session.costUsd)}`,
    '',
  ];
}

function formatRange(range: ReviewPlan['costUsd']): string {
  return range === null ? 'cost unknown' : `$${range.low.toFixed(2)} to $${range.high.toFixed(2)}`;
}

function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? '' : 's'}`;
}
