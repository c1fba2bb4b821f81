import { readEnvironment } from '../config.ts';
import { UsageError } from '../errors.ts';
import { breakCommands } from '../log.ts';
import { type ShownContext, showContext } from '../pipeline.ts';
import type { CommandInput } from './prepare-run.ts';
import { toReviewOptions } from './review-options.ts';

/** `deep-review context`: what reviewers are told, and what of it a run suggests. */
export async function runContextCommand(input: CommandInput): Promise<number> {
  const [action = ''] = input.parsed.words;
  if (action === 'apply') return (await import('./context-apply.ts')).applyContextSuggestions(input);
  if (action === 'show') return showContextCommand(input);
  throw new UsageError(`context cannot ${JSON.stringify(action)}`, {
    hint: 'write "context show" or "context apply RUN"',
  });
}

/** What a reviewer of this change would be told, and how large each part of it is. */
async function showContextCommand(input: CommandInput): Promise<number> {
  const { parsed, stdout } = input;
  if (parsed.values.has('choose'))
    throw new UsageError('--choose is for "context apply"', { hint: 'leave it out' });
  const options = toReviewOptions(parsed, input.workingDirectory);
  const shown = await showContext(
    { ...options, reviewer: parsed.values.get('reviewer')?.[0] ?? null },
    { environment: readEnvironment(input.variables), signal: input.signal },
  );
  stdout.write(parsed.switches.has('json') ? formatJson(shown) : breakCommands(formatText(shown)));
  return 0;
}

function formatJson(shown: ShownContext): string {
  const { reviewer, base, head, system, firstMessage, tools, parts, given, inlined, withheld } = shown;
  const total = totalOf(shown);
  return `${JSON.stringify({ reviewer, base, head, total, parts, given, inlined, withheld, system, firstMessage, tools }, null, 2)}\n`;
}

function formatText(shown: ShownContext): string {
  const { reviewer, base, head, system, firstMessage, tools } = shown;
  const blocks = system.map(
    ({ text, endsStablePrefix }, index) =>
      `${rule(`system, block ${index + 1} of ${system.length}${endsStablePrefix ? '; a cache may end here' : ''}`)}${text}\n`,
  );
  const offered = tools.map(
    ({ name, description, inputSchema }) =>
      `${rule(`tool ${name}`)}${description}\n\n${JSON.stringify(inputSchema)}\n`,
  );
  return [
    `What ${reviewer.id} (${reviewer.model}) would be told of ${base.slice(0, 12)}..${head.slice(0, 12)}. Nothing was sent.\n`,
    ...(shown.withheld.length === 0 ? [] : [kept(shown)]),
    sizes(shown),
    ...blocks,
    `${rule('first message')}${firstMessage}\n`,
    ...offered,
  ].join('\n');
}

function kept({ withheld, reviewer }: ShownContext): string {
  const names = withheld.map((path) => `  ${path}\n`).join('');
  return `Kept from ${reviewer.provider} by the egress rule, but for their names:\n${names}`;
}

function sizes(shown: ShownContext): string {
  const { bytes, tokens } = totalOf(shown);
  const rows = [
    ['bytes', '~tokens', 'where', 'part'],
    ...shown.parts.map((part) => [`${part.bytes}`, `${part.tokens}`, part.where, part.name]),
    [`${bytes}`, `${tokens}`, '', 'all'],
  ];
  return rows
    .map(([size = '', estimate = '', where = '', name = '']) =>
      `${size.padStart(9)}  ${estimate.padStart(8)}  ${where.padEnd(13)}  ${name}\n`.replace(/ +\n$/, '\n'),
    )
    .join('');
}

function totalOf({ parts }: ShownContext): { bytes: number; tokens: number } {
  return {
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    tokens: parts.reduce((sum, part) => sum + part.tokens, 0),
  };
}

function rule(title: string): string {
  return `──── ${title} ────\n`;
}
