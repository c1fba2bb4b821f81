import { asArray, digest, isJson, type Json, onlyFields, seal } from '../json.ts';
import { invalid } from '../refusal.ts';

/** A message with its content as a list of blocks, without cache marks: what the model sees. */
export interface Turn {
  role: 'user' | 'assistant';
  blocks: Json[];
}

/** What was said in an answer, by the ids of its tool calls. */
export interface Issued {
  thinking: Json[];
  /** Of all that stood before the answer, thinking left out. */
  prefix: string;
}

/** The messages of a request, consecutive ones of a role made one. Throws a `Refusal` for what cannot be read. */
export function readTurns(messages: unknown): Turn[] {
  if (!Array.isArray(messages) || messages.length === 0)
    throw invalid('messages: at least one message is required', 'messages');
  const turns: Turn[] = [];
  messages.forEach((message, at) => {
    if (!isJson(message)) throw invalid(`messages.${at}: Input should be an object`, 'messages');
    onlyFields(message, ['role', 'content'], `messages.${at}`);
    if (message.role !== 'user' && message.role !== 'assistant')
      throw invalid(`messages.${at}.role: Input should be 'user' or 'assistant'`, 'messages');
    const blocks = readBlocks(message.content, `messages.${at}`);
    const last = turns.at(-1);
    if (last?.role === message.role) last.blocks.push(...blocks);
    else turns.push({ role: message.role, blocks });
  });
  if (turns[0]?.role !== 'user')
    throw invalid('messages: first message must use the "user" role', 'messages');
  if (turns.at(-1)?.role === 'assistant')
    throw invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
      'messages',
    );
  return turns;
}

export function readBlocks(content: unknown, where: string): Json[] {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : asArray(content);
  if (blocks.length === 0) throw invalid(`${where}: all messages must have non-empty content`, 'messages');
  return blocks.map((block, at) => readBlock(block, `${where}.content.${at}`));
}

const blockFields: Record<string, readonly string[]> = {
  text: ['type', 'text', 'cache_control', 'citations'],
  thinking: ['type', 'thinking', 'signature'],
  redacted_thinking: ['type', 'data'],
  tool_use: ['type', 'id', 'name', 'input', 'cache_control', 'caller'],
  tool_result: ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'],
};

function readBlock(block: unknown, where: string): Json {
  if (!isJson(block)) throw invalid(`${where}: Input should be an object`, 'messages');
  const fields = blockFields[String(block.type)];
  if (fields === undefined) throw invalid(`${where}.type: "${String(block.type)}" is not known`, 'messages');
  onlyFields(block, fields, where);
  if (block.type === 'text' && (typeof block.text !== 'string' || block.text.trim() === ''))
    throw invalid(`${where}: text content blocks must contain non-whitespace text`, 'messages');
  if (block.type === 'thinking' && typeof block.signature !== 'string')
    throw invalid(`${where}.signature: Field required`, 'messages');
  if (block.type === 'tool_use' && !isJson(block.input))
    throw invalid(`${where}.input: Input should be a valid dictionary`, 'messages');
  const { cache_control: _, ...seen } = block;
  if (block.type === 'tool_result' && block.content !== undefined)
    return { ...seen, content: readBlocks(block.content, where) };
  return seen;
}

/** Every call is answered in the message right after it, every answer belongs to a call right before it. */
export function checkPairs(turns: readonly Turn[]): void {
  turns.forEach((turn, at) => {
    const ids = (type: string, key: string, one: Turn | undefined) =>
      (one?.blocks ?? []).filter((block) => block.type === type).map((block) => String(block[key]));
    if (turn.role === 'assistant') {
      const calls = ids('tool_use', 'id', turn);
      const twice = calls.find((id, place) => calls.indexOf(id) !== place);
      if (twice !== undefined) throw invalid('messages: `tool_use` ids must be unique', 'messages');
      const answers = ids('tool_result', 'tool_use_id', turns[at + 1]);
      const open = calls.filter((id) => !answers.includes(id));
      if (open.length > 0)
        throw invalid(
          `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
          'messages',
        );
      return;
    }
    const calls = ids('tool_use', 'id', turns[at - 1]);
    const answers = ids('tool_result', 'tool_use_id', turn);
    const stray = answers.find((id, place) => !calls.includes(id) || answers.indexOf(id) !== place);
    if (stray !== undefined)
      throw invalid(
        `messages.${at}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        'messages',
      );
    if (turn.blocks.findIndex((block) => block.type !== 'tool_result') >= 0) {
      const firstOther = turn.blocks.findIndex((block) => block.type !== 'tool_result');
      if (turn.blocks.findLastIndex((block) => block.type === 'tool_result') > firstOther)
        throw invalid(`messages.${at}: tool_result blocks must come first`, 'messages');
    }
  });
}

const isThinking = (block: Json) => block.type === 'thinking' || block.type === 'redacted_thinking';

/** Digest of everything before a place: with thinking for signatures, without it to tell a changed conversation. */
export function prefixOf(head: unknown, turns: readonly Turn[], options: { thinking: boolean }): string {
  const seen = turns.map((turn) => ({
    ...turn,
    blocks: options.thinking ? turn.blocks : turn.blocks.filter((block) => !isThinking(block)),
  }));
  return digest([head, seen]);
}

/** Binds a block of thinking to the model and to all that stood before it. */
export function sign(input: {
  model: string;
  prefix: string;
  before: readonly Json[];
  text: string;
}): string {
  return seal(input);
}

/**
 * Thinking must come back as it was said. Leaving it out silently makes the model worse, and is refused here although
 * the API may not, unless the conversation was changed on purpose: then what was bound to it can only go.
 */
export function checkThinking(input: {
  model: string;
  head: unknown;
  turns: readonly Turn[];
  issued: ReadonlyMap<string, Issued>;
}): void {
  const { model, head, turns, issued } = input;
  const known = turns.map((turn) => {
    const call = turn.blocks.find((block) => block.type === 'tool_use' && issued.has(String(block.id)));
    return call === undefined ? undefined : issued.get(String(call.id));
  });
  const isChanged = known.some(
    (one, at) => one !== undefined && one.prefix !== prefixOf(head, turns.slice(0, at), { thinking: false }),
  );
  turns.forEach((turn, at) => {
    if (turn.role !== 'assistant') return;
    turn.blocks.forEach((block, place) => {
      if (!isThinking(block)) return;
      const prefix = prefixOf(head, turns.slice(0, at), { thinking: true });
      const before = turn.blocks.slice(0, place);
      const text = block.type === 'thinking' ? String(block.thinking) : '';
      const expected = sign({ model, prefix, before, text });
      const given = block.type === 'thinking' ? block.signature : block.data;
      if (given !== expected)
        throw invalid(
          `messages.${at}.content.${place}: Invalid \`signature\` in \`${String(block.type)}\` block. The block is bound to a different conversation, or it was changed.`,
          'messages',
        );
    });
    if (turn.blocks.length > 0 && isThinking(turn.blocks.at(-1) ?? {}))
      throw invalid(
        `messages.${at}: The final block in an assistant message cannot be \`thinking\`.`,
        'messages',
      );
    const given = turn.blocks.filter(isThinking);
    const said = known[at]?.thinking ?? [];
    if (digest(given) !== digest(said) && known[at] !== undefined && !(isChanged && given.length === 0))
      throw invalid(
        `messages.${at}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`. The thinking of this turn must be sent back unchanged.`,
        'messages',
      );
  });
}
