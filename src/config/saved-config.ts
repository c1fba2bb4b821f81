import * as z from 'zod';
import { EgressRule } from '../domain/egress.ts';
import type { RunManifest } from '../domain/run.ts';
import { RunDirectoryError } from '../errors.ts';

const SavedConfig = z.object({
  quorum: z.int().nullable(),
  ignore: z.array(z.string()),
  paths: z.array(z.object({ match: z.string(), instructions: z.string(), source: z.string() })).default([]),
  egress: z.array(EgressRule).default([]),
  budget: z.object({ usd: z.number(), minutes: z.number(), reviewerMinutes: z.number() }),
  maxTokens: z.record(z.string(), z.number()),
  notices: z.array(z.string()).default([]),
});

/** The part of a configuration that `run.json` keeps. A `RunDirectoryError` where it does not. */
export function readSavedConfig(manifest: RunManifest): z.infer<typeof SavedConfig> {
  const parsed = SavedConfig.safeParse(manifest.config);
  if (parsed.success) return parsed.data;
  throw new RunDirectoryError(`run.json of ${manifest.id} does not say how the run was configured`, {
    hint: 'use a run of this version',
    cause: parsed.error,
  });
}
