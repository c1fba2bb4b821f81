import { isJson, type Json } from '../../model/json.ts';
import { invalidRequest, Refusal } from '../refusal.ts';
import type { Annotation, CheckRun } from '../world.ts';

/** A new check run, or a change of one; null: not named. */
export interface AskedCheckRun {
  name: string | null;
  head: string | null;
  externalId: string | null;
  detailsUrl: string | null;
  status: CheckRun['status'] | null;
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  output: { title: string | null; summary: string; text: string | null; annotations: Annotation[] } | null;
}

const statuses = ['queued', 'in_progress', 'completed'] as const;
const conclusions = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'timed_out',
] as const;
const levels = ['notice', 'warning', 'failure'] as const;
const maxText = 65_535;
const maxAnnotations = 50;
const maxMessageBytes = 64 * 1_024;
const maxTitle = 255;

/** Reads a body as GitHub's schema does, and refuses what it refuses. */
export function readCheckRun(body: Json, what: 'create' | 'update'): AskedCheckRun {
  const name = textOf(body, 'name');
  const head = textOf(body, 'head_sha');
  if (what === 'create') {
    const missing = [...(name === null ? ['"name"'] : []), ...(head === null ? ['"head_sha"'] : [])];
    if (missing.length > 0)
      throw invalidRequest(`${missing.join(', ')} ${missing.length > 1 ? "weren't" : "wasn't"} supplied.`);
    if (!/^[0-9a-f]{40}$/.test(head ?? '')) throw new Refusal(422, `No commit found for SHA: ${head}`);
  }
  const conclusion = memberOf(body, 'conclusion', conclusions);
  const status = memberOf(body, 'status', statuses);
  if (status === 'completed' && conclusion === null)
    throw invalidRequest('No subschema in "anyOf" matched.\n"conclusion" wasn\'t supplied.');
  const detailsUrl = textOf(body, 'details_url');
  if (detailsUrl !== null && !/^https?:\/\//.test(detailsUrl))
    throw new Refusal(422, 'Validation Failed', {
      details: {
        errors: [
          {
            resource: 'CheckRun',
            code: 'invalid',
            field: 'details_url',
            message: 'details_url must use http or https',
          },
        ],
      },
    });
  return {
    name,
    head,
    externalId: textOf(body, 'external_id'),
    detailsUrl,
    status,
    conclusion,
    startedAt: timeOf(body, 'started_at'),
    completedAt: timeOf(body, 'completed_at'),
    output: outputIn(body),
  };
}

function outputIn(body: Json): AskedCheckRun['output'] {
  const { output } = body;
  if (output === undefined || output === null) return null;
  if (!isJson(output)) throw invalidRequest("For 'properties/output', the value is not an object.");
  for (const name of Object.keys(output))
    if (!['title', 'summary', 'text', 'annotations', 'images'].includes(name))
      throw invalidRequest(`For 'properties/output', "${name}" is not a permitted key.`);
  const title = textOf(output, 'title');
  const summary = textOf(output, 'summary');
  const text = textOf(output, 'text');
  if (summary === null) throw invalidRequest("For 'properties/output', \"summary\" wasn't supplied.");
  if (title === null) throw invalidRequest("For 'properties/output', \"title\" wasn't supplied.");
  for (const one of [summary, text ?? '']) atMost(one, maxText);
  const given = output.annotations ?? [];
  if (!Array.isArray(given)) throw invalidRequest("For 'properties/annotations', the value is not an array.");
  if (given.length > maxAnnotations)
    throw invalidRequest(`No more than ${maxAnnotations} items are allowed; ${given.length} were supplied.`);
  return { title, summary, text, annotations: given.map(annotationIn) };
}

function annotationIn(given: unknown): Annotation {
  if (!isJson(given)) throw invalidRequest("For 'properties/annotations', an item is not an object.");
  const path = textOf(given, 'path');
  const message = textOf(given, 'message');
  const level = memberOf(given, 'annotation_level', levels);
  const start = lineOf(given, 'start_line');
  const end = lineOf(given, 'end_line');
  if (path === null || message === null || level === null || start === null || end === null)
    throw invalidRequest(
      'For \'items\', one of "path", "start_line", "end_line", "annotation_level", "message" wasn\'t supplied.',
    );
  const startColumn = lineOf(given, 'start_column');
  const endColumn = lineOf(given, 'end_column');
  const title = textOf(given, 'title');
  const details = textOf(given, 'raw_details');
  const wrong =
    start < 1 || end < start
      ? 'end_line must not be before start_line'
      : start !== end && (startColumn !== null || endColumn !== null)
        ? 'columns are for annotations of one line'
        : message === ''
          ? "message can't be blank"
          : Buffer.byteLength(message) > maxMessageBytes || Buffer.byteLength(details ?? '') > maxMessageBytes
            ? 'message and raw_details are at most 64 KB'
            : (title ?? '').length > maxTitle
              ? `title is too long (maximum is ${maxTitle} characters)`
              : path.startsWith('/')
                ? 'path must be relative'
                : null;
  if (wrong !== null)
    throw new Refusal(422, 'Validation Failed', {
      details: { errors: [{ resource: 'CheckAnnotation', code: 'invalid', message: wrong }] },
    });
  return {
    path,
    start_line: start,
    end_line: end,
    start_column: startColumn,
    end_column: endColumn,
    annotation_level: level,
    title,
    message,
    raw_details: details,
  };
}

function atMost(text: string, most: number): void {
  const { length } = [...text];
  if (length > most) throw invalidRequest(`Only ${most} characters are allowed; ${length} were supplied.`);
}

function textOf(body: Json, name: string): string | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string')
    throw invalidRequest(`For 'properties/${name}', ${JSON.stringify(value)} is not a string.`);
  return value;
}

function lineOf(body: Json, name: string): number | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (!Number.isInteger(value))
    throw invalidRequest(`For 'properties/${name}', ${JSON.stringify(value)} is not an integer.`);
  return Number(value);
}

function timeOf(body: Json, name: string): string | null {
  const text = textOf(body, name);
  if (text !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text))
    throw invalidRequest(`For 'properties/${name}', ${JSON.stringify(text)} is not a valid date-time.`);
  return text;
}

function memberOf<Member extends string>(body: Json, name: string, among: readonly Member[]): Member | null {
  const text = textOf(body, name);
  if (text === null) return null;
  const found = among.find((one) => one === text);
  if (found === undefined)
    throw invalidRequest(
      `For 'properties/${name}', ${JSON.stringify(text)} is not a member of ${JSON.stringify(among)}.`,
    );
  return found;
}
