import { asArray, digest, isJson, type Json, onlyFields, seal } from '../json.ts';
import { invalid, Refusal } from '../refusal.ts';
import { checkLength } from './check-fields.ts';

/** What was said in an answer, by the ids of its calls. */
export interface Issued {
  /** Of everything before the answer, reasoning and item ids left out. */
  prefix: string;
  reasoning: Json[];
}

const itemFields: Record<string, readonly string[]> = {
  message: ['type', 'id', 'role', 'content', 'status', 'phase'],
  reasoning: ['type', 'id', 'summary', 'content', 'encrypted_content', 'status'],
  function_call: ['type', 'id', 'call_id', 'name', 'arguments', 'status'],
  function_call_output: ['type', 'id', 'call_id', 'output', 'status'],
};

/** The input as items, each with its type. Throws a `Refusal` for what the API would not take. */
export function readItems(input: unknown): Json[] {
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : asArray(input);
  if (items.length === 0) throw invalid("Missing required parameter: 'input'.", 'input');
  return items.map((item, at) => {
    const where = `input[${at}]`;
    if (!isJson(item)) throw invalid(`Invalid type for '${where}'.`, where);
    const type = item.type ?? 'message';
    if (type === 'item_reference') throw notStored(String(item.id));
    const fields = itemFields[String(type)];
    if (fields === undefined) throw invalid(`Invalid value: '${String(type)}'.`, `${where}.type`);
    onlyFields(item, fields, where);
    for (const field of ['arguments', 'output', 'content'])
      checkLength(item[field], `${where}.${field}`, 10_485_760);
    checkLength(item.call_id, `${where}.call_id`, 64);
    if (type === 'message' && !['user', 'assistant', 'developer', 'system'].includes(String(item.role)))
      throw invalid(`Invalid value: '${String(item.role)}'.`, `${where}.role`);
    return { ...item, type };
  });
}

function notStored(id: string): Refusal {
  return new Refusal(
    `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
    { kind: 'not-found', parameter: 'input' },
  );
}

/** Items of the model: what makes up its answers. */
export function isAnswer(item: Json): boolean {
  return (
    item.type === 'reasoning' ||
    item.type === 'function_call' ||
    (item.type === 'message' && item.role === 'assistant')
  );
}

export function checkPairs(items: readonly Json[]): void {
  const ids = (type: string) =>
    items.filter((item) => item.type === type).map((item) => String(item.call_id));
  const calls = ids('function_call');
  const outputs = ids('function_call_output');
  const open = calls.find((id) => !outputs.includes(id));
  if (open !== undefined) throw invalid(`No tool output found for function call ${open}.`, 'input');
  items.forEach((item, at) => {
    if (item.type !== 'function_call_output') return;
    const before = items
      .slice(0, at)
      .some((one) => one.type === 'function_call' && one.call_id === item.call_id);
    if (!before)
      throw invalid(
        `No tool call found for function call output with call_id ${String(item.call_id)}.`,
        'input',
      );
    if (outputs.indexOf(String(item.call_id)) !== outputs.lastIndexOf(String(item.call_id)))
      throw invalid(`Duplicate function call output ${String(item.call_id)}.`, 'input');
  });
}

/** Digest of what stood before an answer, without what a client may leave out on purpose. */
export function prefixOf(head: unknown, items: readonly Json[]): string {
  const seen = items
    .filter((item) => item.type !== 'reasoning')
    .map((item) => {
      if (item.type !== 'message' || item.role !== 'assistant') {
        const { id: _, status: __, ...rest } = item;
        return rest;
      }
      const text = asArray(item.content).map((part) => (isJson(part) ? (part.text ?? part.refusal) : ''));
      return { role: 'assistant', text: typeof item.content === 'string' ? item.content : text.join('') };
    });
  return digest([head, seen]);
}

/** The encrypted form of reasoning: only this server can have made it, for this item and this model. */
export function encrypt(model: string, id: string): string {
  return seal(['reasoning', model, id]);
}

/**
 * Reasoning must come back before what it led to. A call without its reasoning and without an item id would be taken
 * by the API; it is refused here unless the conversation was changed on purpose, because it makes the model worse.
 */
export function checkReasoning(input: {
  model: string;
  head: unknown;
  items: readonly Json[];
  issued: ReadonlyMap<string, Issued>;
}): void {
  const { model, head, items, issued } = input;
  checkItems(model, items);
  const groups = answersOf(items);
  const isChanged = groups.some((group) => {
    const said = saidIn(group.items, issued);
    return said !== undefined && said.prefix !== prefixOf(head, items.slice(0, group.start));
  });
  for (const { items: group } of groups) {
    const said = saidIn(group, issued);
    const given = group.filter((item) => item.type === 'reasoning').map((item) => String(item.id));
    const lost = said?.reasoning.find((item) => !given.includes(String(item.id)));
    if (lost === undefined) continue;
    const call = group.find((item) => item.type === 'function_call');
    if (call?.id !== undefined || !isChanged)
      throw invalid(
        `Item '${String(call?.id ?? call?.call_id)}' of type 'function_call' was provided without its required 'reasoning' item: '${String(lost.id)}'.`,
        'input',
      );
  }
}

function checkItems(model: string, items: readonly Json[]): void {
  items.forEach((item, at) => {
    if (item.type !== 'reasoning') return;
    const id = String(item.id);
    if (typeof item.encrypted_content !== 'string') throw notStored(id);
    if (item.encrypted_content !== encrypt(model, id))
      throw invalid(
        `The encrypted content for item ${id} could not be verified.`,
        'input',
        'invalid_encrypted_content',
      );
    const next = items.slice(at + 1).find((one) => one.type !== 'reasoning');
    if (next === undefined || !isAnswer(next))
      throw invalid(
        `Item '${id}' of type 'reasoning' was provided without its required following item.`,
        'input',
      );
  });
}

/** Runs of the model's items, which are one answer each. */
export function answersOf(items: readonly Json[]): { start: number; items: Json[] }[] {
  const groups: { start: number; items: Json[] }[] = [];
  items.forEach((item, at) => {
    if (!isAnswer(item)) return;
    const last = groups.at(-1);
    if (last !== undefined && last.start + last.items.length === at) last.items.push(item);
    else groups.push({ start: at, items: [item] });
  });
  return groups;
}

function saidIn(group: readonly Json[], issued: ReadonlyMap<string, Issued>): Issued | undefined {
  const call = group.find((item) => item.type === 'function_call' && issued.has(String(item.call_id)));
  return call === undefined ? undefined : issued.get(String(call.call_id));
}
