import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

const schemaFile = resolve(import.meta.dirname, '../fixtures/sarif/sarif-2.1.0-rtm.5.json');

/** Formats as RFC 3986 and RFC 3339 have them, near enough to catch what a reader would refuse. */
const formats = {
  uri: (text: string) => /^[a-z][a-z0-9+.-]*:/i.test(text) && URL.canParse(text) && isUriText(text),
  'uri-reference': (text: string) => URL.canParse(text, 'https://base.example/a/') && isUriText(text),
  'date-time': (text: string) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text)),
};

function isUriText(text: string): boolean {
  return /^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/.test(text);
}

let validate: ((data: unknown) => string[]) | undefined;

/** What the published schema of SARIF 2.1.0 has against this log; empty when it is valid. */
export function sarifErrors(log: unknown): string[] {
  validate ??= listErrors(
    new Ajv({ allErrors: true, strict: false, unicodeRegExp: false, formats }).compile(readSarifSchema()),
  );
  return validate(log);
}

/** What a compiled schema has against data, at most twenty lines of it. */
export function listErrors(check: ValidateFunction): (data: unknown) => string[] {
  return (data) => (check(data) ? [] : (check.errors ?? []).slice(0, 20).map(describeError));
}

function describeError({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath} ${message} ${JSON.stringify(params)}`;
}

/** Draft 4 as the file is written, read as draft 7: it uses none of the keywords that changed but `id`. */
function readSarifSchema(): object {
  const { id, $schema: _, ...schema }: Record<string, unknown> = JSON.parse(readFileSync(schemaFile, 'utf8'));
  return { ...schema, $id: id };
}
