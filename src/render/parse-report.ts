import * as z from 'zod';
import { Report } from '../domain/report.ts';
import { RunDirectoryError } from '../errors.ts';

/** The version this program writes, and the newest it reads. */
export const reportSchemaVersion = 1;

/** The text of report.json: the report as it is, indented, ending in a line feed. */
export function writeReport(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/**
 * The text of a report.json → the report. `origin` is the file's name for messages. Throws `RunDirectoryError` for
 * text that is no JSON, a version newer than this program, or a field that is malformed or names a finding twice, which
 * it names.
 */
export function parseReport(json: string, origin = 'report.json'): Report {
  const value = parseJson(json, origin);
  const version = z.object({ schemaVersion: z.int().min(1) }).safeParse(value);
  if (version.success && version.data.schemaVersion > reportSchemaVersion)
    throw new RunDirectoryError(
      `${origin} has schema version ${version.data.schemaVersion}; this program reads up to version ${reportSchemaVersion}.`,
      { hint: 'Use the version of deep-review that wrote it, or a newer one.' },
    );
  const report = Report.safeParse(value);
  if (report.success) {
    const clash = findClash(report.data);
    if (clash === null) return report.data;
    throw new RunDirectoryError(`${origin} is not a report: ${clash}.`, { hint: whatToName });
  }
  const [issue] = report.error.issues;
  throw new RunDirectoryError(
    `${origin} is not a report: ${formatPath(issue?.path ?? [])}: ${issue?.message ?? 'malformed'}.`,
    { hint: whatToName, cause: report.error },
  );
}

/** What no JSON Schema says: findings are told apart by their names, which are anchors in the page. */
function findClash({ findings }: Report): string | null {
  const seen = new Set<string>();
  for (const [at, { label, shortId }] of findings.entries()) {
    if (!/^[0-9a-f]{4,64}(?:-\d{1,6})?$/.test(shortId))
      return `findings[${at}].shortId: not the beginning of a fingerprint`;
    if (seen.has(label)) return `findings[${at}].label: ${label} is another finding’s`;
    if (seen.has(shortId)) return `findings[${at}].shortId: ${shortId} is another finding’s`;
    seen.add(label).add(shortId);
  }
  return null;
}

const whatToName = 'name the report.json of a run, or a report in Markdown';

/** JSON Schema of report.json, for `deep-review schema report`. */
export function reportJsonSchema(): object {
  return z.toJSONSchema(Report);
}

function parseJson(json: string, origin: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new RunDirectoryError(`${origin} is not JSON.`, {
      hint: `the file was cut off or edited, or is something else: ${whatToName}`,
      cause: error,
    });
  }
}

/** `findings[2].severity`; the whole file when there is no key to name. */
function formatPath(path: readonly PropertyKey[]): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return text === '' ? 'the whole file' : text;
}
