import * as z from 'zod';
import { InputFileError } from '../errors.ts';

const Message = z.object({
  text: z.string().optional(),
  markdown: z.string().optional(),
  id: z.string().optional(),
  arguments: z.array(z.string()).optional(),
});
const ArtifactLocation = z.object({ uri: z.string().optional(), uriBaseId: z.string().optional() });
const Region = z.object({
  startLine: z.number().optional(),
  startColumn: z.number().optional(),
  endLine: z.number().optional(),
  endColumn: z.number().optional(),
  snippet: z.object({ text: z.string().optional() }).optional(),
});
const SarifLocation = z.object({
  physicalLocation: z
    .object({ artifactLocation: ArtifactLocation.optional(), region: Region.optional() })
    .optional(),
});
const Rule = z.object({
  id: z.string(),
  shortDescription: Message.optional(),
  fullDescription: Message.optional(),
  help: Message.optional(),
  messageStrings: z.record(z.string(), Message).optional(),
  defaultConfiguration: z.object({ level: z.string().optional() }).optional(),
  properties: z
    .object({
      'security-severity': z.union([z.string(), z.number()]).optional(),
      precision: z.string().optional(),
      tags: z.array(z.string()).optional(),
    })
    .optional(),
});
const Replacement = z.object({
  deletedRegion: Region,
  insertedContent: z.object({ text: z.string().optional() }).optional(),
});
const Result = z.object({
  ruleId: z.string().optional(),
  ruleIndex: z.int().optional(),
  kind: z.string().optional(),
  level: z.string().optional(),
  message: Message.optional(),
  locations: z.array(SarifLocation).optional(),
  relatedLocations: z.array(SarifLocation).optional(),
  suppressions: z
    .array(z.object({ status: z.string().optional(), justification: z.string().optional() }))
    .optional(),
  fixes: z
    .array(
      z.object({
        description: Message.optional(),
        artifactChanges: z
          .array(z.object({ artifactLocation: ArtifactLocation, replacements: z.array(Replacement) }))
          .optional(),
      }),
    )
    .optional(),
});
const Run = z.object({
  tool: z.object({
    driver: z.object({
      name: z.string(),
      version: z.string().optional(),
      semanticVersion: z.string().optional(),
      rules: z.array(Rule).optional(),
    }),
  }),
  originalUriBaseIds: z.record(z.string(), ArtifactLocation).optional(),
  invocations: z.array(z.object({ executionSuccessful: z.boolean().optional() })).optional(),
  results: z.array(Result).nullish(),
});

/** The part of SARIF 2.1.0 that a review can use. Everything else is left out on reading. */
const SarifFile = z.object({ version: z.literal('2.1.0'), runs: z.array(Run) });

export type SarifRun = z.infer<typeof Run>;
export type SarifResult = z.infer<typeof Result>;
export type SarifRule = z.infer<typeof Rule>;
export type SarifRegion = z.infer<typeof Region>;
export type SarifPlace = z.infer<typeof SarifLocation>;
export type SarifArtifact = z.infer<typeof ArtifactLocation>;
export type SarifMessage = z.infer<typeof Message>;

const maxBytes = 50 * 2 ** 20;

/** Text of a SARIF file → its runs. Throws `InputFileError` for what is too large, no JSON or no SARIF 2.1.0. */
export function parseSarifFile(text: string, name: string): SarifRun[] {
  const refuse = (why: string, cause?: unknown) =>
    new InputFileError(`${name} ${why}`, { hint: 'give a SARIF 2.1.0 file with --sarif', cause });
  if (Buffer.byteLength(text) > maxBytes) throw refuse(`is larger than ${maxBytes / 2 ** 20} MiB`);
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw refuse(`is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  const parsed = SarifFile.safeParse(data);
  if (parsed.success) return parsed.data.runs;
  const [issue] = parsed.error.issues;
  throw refuse(`is not SARIF 2.1.0: ${issue?.path.join('.') || '(top)'}: ${issue?.message}`, parsed.error);
}
