import type { Observation } from './hit.ts';

export interface AddressedTextContext {
  /** Text of people about the change (title, description, message, comment), or of a file. */
  source: 'people' | 'file';
  /** Whether the text is a document or a comment rather than code. */
  prose: boolean;
  /** A file whose purpose is to tell reviewers what to do. */
  guidance: boolean;
}

const addressee =
  '(?:(?:AI|LLM|code|automated|automatic|machine)[ -]?(?:review(?:er|ing)?s?|agents?|assistants?|models?|tools?|bots?)|reviewers?|reviewing (?:agents?|models?|tools?|bots?)|review(?:er)? (?:agents?|bots?|models?|tools?)|language models?|LLMs?|AIs?|Claude|Codex|Gemini|Copilot|ChatGPT)';
const called = String.raw`(?:(?:note|attention|instructions?|message|important|dear|hey)\b[ :,]{1,3}(?:to |for )?)?(?:all |any |the |every |you,? )?${addressee}(?: reading this)?`;
const demand = String.raw`(?:report (?:nothing|no (?:findings?|issues?|problems?|bugs?|defects?))|(?:do not|don't|must not|should not|need not|never) (?:report|flag|mention|raise|comment on|review|examine|read|open|inspect|analy[sz]e) (?:this|these|it|any|the|anything)|(?:skip|ignore) (?:this|the) (?:file|review|change|diff|function|code|section)|approve (?:this|the|it)\b|(?:mark|rate|treat|consider|regard) .{0,40}(?:approved|safe|false positive|reviewed|correct|lgtm)|(?:was|is|were|are|been) (?:already )?(?:pre-?approved|approved|audited|cleared)|pre-?approved|(?:say|answer|respond|reply|output|write) (?:only|nothing|exactly|that|with)|call finish_review|finish the review)`;

const overriding = [
  String.raw`\b(?:ignore|disregard|forget|override)\s+(?:(?:all|any|every|the|of|your|my|these|those|other)\s+){0,4}(?:previous|prior|above|earlier|preceding|foregoing|former|system|initial|original)\s+(?:(?:and|or|system|user|review)\s+){0,2}(?:instructions?|prompts?|directives?|guidelines|commands?|messages?)\b`,
  String.raw`\b(?:ignore|disregard|forget)\s+(?:all\s+(?:of\s+)?)?your\s+(?:instructions?|prompts?|guidelines|rules)\b`,
  String.raw`\bignorier(?:e|en|t)?\s+(?:sie\s+)?(?:(?:alle|die|deine|ihre)\s+){0,2}(?:vorherigen|vorigen|vorhergehenden|bisherigen|obigen|früheren)\s+(?:anweisungen|instruktionen|anleitungen|befehle)`,
  String.raw`\bignore[rz]?\s+(?:toutes\s+)?(?:les|tes|vos)\s+(?:instructions|consignes|directives)\s+(?:précédentes|antérieures|ci-dessus)`,
  String.raw`\bignor(?:a|e|ad|en)\s+(?:todas\s+)?(?:las\s+)?instrucciones\s+(?:anteriores|previas)`,
  String.raw`\bignor(?:a|e|em)\s+(?:todas\s+)?(?:as\s+)?instruções\s+(?:anteriores|prévias)`,
  String.raw`\bignora(?:te)?\s+(?:tutte\s+)?(?:le\s+)?istruzioni\s+precedenti`,
  String.raw`(?:игнорируй(?:те)?|забудь(?:те)?)\s+(?:все\s+)?(?:предыдущие|прежние)\s+(?:инструкции|указания)`,
  '忽略(?:之前|以上|前面|先前|上述|此前)?(?:的)?(?:所有|全部)?(?:的)?(?:之前|以上|先前)?(?:的)?(?:指令|指示|提示词)',
  '(?:以前|これまで|上記|前)の(?:すべての)?(?:指示|命令)を(?:すべて)?無視',
  String.raw`이전\s*(?:의\s*)?(?:모든\s*)?(?:지시|명령|지침)(?:\s*사항)?(?:을|를)?\s*(?:모두\s*)?무시`,
];
const demanding = [
  String.raw`(?<=^|[\n.!?:;>*([{"'—|#/]\s{0,3})${called}(?:\s*[:,]|\s+[—–-]\s|\s+(?:must\b|should\b|shall\b|may\b|can\b|need to\b|please\b))[\s\S]{0,120}?\b${demand}`,
  String.raw`\bother reviewers\b.{0,30}\b(?:agreed|confirmed|concluded|decided|found)\b.{0,60}\b(?:false positive|no (?:issues?|findings?|bugs?|problems?)|nothing|safe|harmless|approved)\b`,
];
const pretending = [
  '</?(?:tool_results?|tool_use|function_results?|function_calls|system_prompt|system-reminder|antml:[a-z_]{2,20})>',
  String.raw`<\|(?:im_start|im_end|system|user|assistant|eot_id|start_header_id|end_header_id)\|>`,
  String.raw`\[/?INST\]|<</?SYS>>`,
  '⟦(?:data|end) [0-9a-f]{6,}⟧',
];
const turn = String.raw`(?:^|\n)[ \t]*\n[ \t]*(?:Human|Assistant|System):[ \t]`;
const hiddenAddress = String.raw`^\s*(?:(?:note|attention|instructions?|message)[ :]{1,2}(?:to |for )?|dear |hey |for |to )?(?:all |any |the )?(?:AI|LLMs?|language models?|Claude|Codex|Gemini|Copilot|ChatGPT|(?:AI|LLM|automated)[ -](?:reviewers?|agents?|assistants?|models?|tools?))(?:\s*[:,]|\s+(?:must|should|shall|has to|have to|needs? to|please)\b)`;

const patterns = {
  overriding: join(overriding),
  demanding: join(demanding),
  pretending: join(pretending),
  turn: new RegExp(turn, 'giu'),
  hiddenAddress: new RegExp(hiddenAddress, 'iu'),
};
/** Where a comment begins; of one in Markdown's way, all of it. Tied to line starts, so that it takes linear time. */
const commentStart = /<!--|^[ \t]*\[(?:\/\/|comment|_)\]:[ \t]*(?:#|<>)[ \t]*[("']([^\n]{1,2000})/gm;

/**
 * Text that speaks to whoever reviews instead of about the code, or that passes itself off as a part of their
 * conversation. A phrase that stands in quotation marks by itself is mentioned, not said.
 */
export function findAddressedText(text: string, context: AddressedTextContext): Observation[] {
  const found: Observation[] = [];
  const { source, prose, guidance } = context;
  const take = (expression: RegExp, detail: string) => {
    for (const match of text.matchAll(expression))
      if (!isMention(text, match.index, match[0].length))
        found.push({ rule: 'addressed-text', at: match.index + leading(match[0]), detail });
  };
  take(patterns.overriding, 'asks to set instructions aside');
  if (!guidance) take(patterns.demanding, 'tells reviewers what to find');
  if (prose || source === 'people') {
    take(patterns.pretending, 'looks like a part of a model’s conversation');
    if (source === 'people' || found.length > 0)
      take(patterns.turn, 'looks like a turn of a model’s conversation');
  }
  return found;
}

/** Comments that a rendered document does not show and that speak to a model or to whoever reviews. */
export function findHiddenComments(text: string): Observation[] {
  const found: Observation[] = [];
  for (const { at, inside } of commentsOf(text)) {
    const speaks =
      patterns.hiddenAddress.test(inside) ||
      findAddressedText(inside, { source: 'people', prose: true, guidance: false }).length > 0;
    if (speaks)
      found.push({ rule: 'hidden-comment', at, detail: 'a comment that is not shown speaks to reviewers' });
  }
  return found;
}

/** In order, none inside another; the end is looked for once only, however often one begins. */
function* commentsOf(text: string): Generator<{ at: number; inside: string }> {
  const start = new RegExp(commentStart);
  let hasEnd = true;
  for (let match = start.exec(text); match !== null; match = start.exec(text)) {
    const at = match.index + leading(match[0]);
    if (match[1] !== undefined) yield { at, inside: match[1] };
    else if (hasEnd) {
      const end = text.indexOf('-->', start.lastIndex);
      hasEnd = end !== -1;
      if (!hasEnd) continue;
      yield { at, inside: text.slice(start.lastIndex, end) };
      start.lastIndex = end + 3;
    }
  }
}

function join(sources: readonly string[]): RegExp {
  return new RegExp(sources.join('|'), 'giu');
}

function leading(text: string): number {
  return text.length - text.trimStart().length;
}

function isMention(text: string, at: number, length: number): boolean {
  const before = text[at - 1] ?? '';
  const after = text[at + length] ?? '';
  return /["'`“„«‘「*]/.test(before) && /["'`”“»’」*.!,]/.test(after);
}
