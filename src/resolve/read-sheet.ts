import * as z from 'zod';
import { Decision, DecisionAction } from '../domain/decisions.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { InputFileError } from '../errors.ts';

const maxBytes = 4 * 2 ** 20;

const Sheet = z.strictObject({
  schemaVersion: z.literal('1').optional(),
  run: z.string().optional(),
  decisions: z
    .array(z.strictObject({ ...Decision.shape, action: z.preprocess(toAction, DecisionAction) }))
    .min(1, 'it decides nothing'),
});

/** People write `fixed` for `Fixed`. */
function toAction(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  const word = given.trim().toLowerCase();
  return DecisionAction.options.find((action) => action.toLowerCase() === word) ?? given;
}

/**
 * A file of decisions, JSON or YAML: `decisions: [...]`, or that list alone. `name` is the file's for messages. Throws
 * `InputFileError` that names the place and what may stand there.
 */
export async function readSheet(text: string, name: string): Promise<Decision[]> {
  if (Buffer.byteLength(text) > maxBytes)
    throw new InputFileError(`${name} is larger than ${maxBytes / 2 ** 20} MiB`, { hint: 'split it' });
  const data = await parse(text, name);
  const parsed = Sheet.safeParse(Array.isArray(data) ? { decisions: data } : data);
  if (parsed.success) return parsed.data.decisions;
  const [issue] = parsed.error.issues;
  const place = namePlace(issue?.path ?? []);
  throw new InputFileError(
    `${name}: ${place === '' ? '' : `${makeVisibleLine(place)}: `}${makeVisibleLine(issue?.message ?? 'malformed')}`,
    {
      hint: `write decisions as {finding: I1, action: Skipped, reason: "…", commit: a1b2c3d}; actions are ${DecisionAction.options.join(', ')}`,
      cause: parsed.error,
    },
  );
}

/** People count from 1: `decisions, 1` is `decision 2`. */
function namePlace([list, at, ...rest]: readonly PropertyKey[]): string {
  if (list === 'decisions' && typeof at === 'number')
    return [`decision ${at + 1}`, ...rest.map(String)].join(', ');
  return [list, at, ...rest]
    .filter((step) => step !== undefined)
    .map(String)
    .join('.');
}

/** Numbers stay text: `1e10` and `0012` are names of findings, and a commit's id may be all digits. */
async function parse(text: string, name: string): Promise<unknown> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    schema: 'failsafe',
    customTags: (tags) => [...tags, 'null'],
    version: '1.2',
  });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    const reason = problem.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '';
    throw new InputFileError(`${name}:${line}: neither JSON nor YAML: ${makeVisibleLine(reason)}`, {
      hint: 'mend the file',
      cause: problem,
    });
  }
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (cause) {
    throw new InputFileError(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'write the values out instead of repeating aliases',
      cause,
    });
  }
}
