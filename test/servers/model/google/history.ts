import { asArray, isJson, type Json, onlyFields, seal } from '../json.ts';
import { invalid } from '../refusal.ts';

export interface Content {
  role: 'user' | 'model';
  parts: Json[];
}

const partFields = ['text', 'functionCall', 'functionResponse', 'thought', 'thoughtSignature', 'inlineData'];
const dataFields = ['text', 'functionCall', 'functionResponse', 'inlineData'];

/** The contents of a request. Throws a `Refusal` for roles and parts that the API does not take. */
export function readContents(value: unknown): Content[] {
  const contents = asArray(value).map((content, at): Content => {
    const where = `contents[${at}]`;
    if (!isJson(content)) throw invalid(`Invalid value at '${where}'`, where);
    onlyFields(content, ['role', 'parts'], where);
    if (content.role !== 'user' && content.role !== 'model')
      throw invalid('Please use a valid role: user, model.', where);
    const parts = asArray(content.parts).map((part) => readPart(part, where));
    if (parts.length === 0)
      throw invalid('* GenerateContentRequest.contents: contents.parts must not be empty.', where);
    return { role: content.role, parts };
  });
  if (contents[0]?.role !== 'user')
    throw invalid('Please ensure that multiturn requests start with a user role.', 'contents');
  if (contents.at(-1)?.role !== 'user')
    throw invalid(
      'Please ensure that multiturn requests end with a user role or a function response.',
      'contents',
    );
  checkPairs(contents);
  return contents;
}

function readPart(part: unknown, where: string): Json {
  if (!isJson(part)) throw invalid(`Invalid value at '${where}.parts'`, where);
  onlyFields(part, partFields, `${where}.parts`);
  if (dataFields.filter((field) => field in part).length !== 1)
    throw invalid(
      `Invalid value at '${where}.parts': oneof field 'data' must have one initialized field.`,
      where,
    );
  if (isJson(part.functionResponse) && !isJson(part.functionResponse.response))
    throw invalid(`Invalid value at '${where}.parts.function_response.response'`, where);
  return part;
}

/** A turn of calls is followed by a turn with as many answers, by id where there are ids, else by name. */
function checkPairs(contents: readonly Content[]): void {
  contents.forEach((content, at) => {
    const calls = dataOf(content, 'model', 'functionCall');
    const next = contents[at + 1];
    const answers = next === undefined ? [] : dataOf(next, 'user', 'functionResponse');
    if (calls.length > 0) {
      if (answers.length !== calls.length)
        throw invalid(
          'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
          'contents',
        );
      const names = (list: readonly Json[]) => list.map((one) => String(one.id ?? one.name)).sort();
      if (names(calls).join('\n') !== names(answers).join('\n'))
        throw invalid(
          'Please ensure that function response parts match the function call parts by id and name.',
          'contents',
        );
      return;
    }
    if (answers.length > 0)
      throw invalid(
        'Please ensure that function response turn comes immediately after a function call turn.',
        'contents',
      );
  });
}

function dataOf(content: Content, role: string, field: string): Json[] {
  if (content.role !== role) return [];
  return content.parts.map((part) => part[field]).filter(isJson);
}

/** What the model thought, sealed for one part of one answer. */
export function signPart(model: string, id: string): string {
  return seal(['thought', model, id]);
}

/** Calls that were signed come back with their signature; in each turn at least the first call is signed. */
export function checkSignatures(input: {
  model: string;
  contents: readonly Content[];
  issued: ReadonlyMap<string, ReadonlySet<string>>;
}): void {
  const { contents, issued } = input;
  contents.forEach((content, at) => {
    if (content.role !== 'model') return;
    const calls = content.parts.filter((part) => isJson(part.functionCall));
    calls.forEach((part, place) => {
      const call = isJson(part.functionCall) ? part.functionCall : {};
      const expected = issued.get(String(call.id));
      const given = part.thoughtSignature;
      const isMissing = expected === undefined ? place === 0 : !expected.has('');
      if (given === undefined && isMissing)
        throw invalid(
          `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${String(call.name)}\`, position ${at}.`,
          'contents',
        );
      if (given !== undefined && expected !== undefined && !expected.has(String(given)))
        throw invalid('Corrupted thought signature.', 'contents');
    });
  });
}
