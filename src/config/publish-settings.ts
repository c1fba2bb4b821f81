import * as z from 'zod';
import { compareSeverity, Severity } from '../domain/vocabulary.ts';
import type { ConfigFile } from './config-file.ts';

/** How much of a report is posted where `--post` asks for it. */
export const PublishSettings = z.object({
  /** For the Action alone: whether the summary comment and the check are posted. */
  summary: z.boolean().default(true),
  check: z.boolean().default(true),
  /** The mildest severity that is posted beside the code; `never` for none. */
  inline: z.union([Severity, z.literal('never')]),
  /** Most comments beside the code that one run posts. */
  inlineLimit: z.int().min(0).max(100),
  /** Whether a review that did not come to its end blocks a merge that waits for the check. */
  blockOnOutage: z.boolean(),
  /** Whether threads on findings that are fixed are marked as resolved, too. */
  resolveThreads: z.boolean().default(false),
});
export type PublishSettings = z.infer<typeof PublishSettings>;

export const defaultPublishSettings: PublishSettings = {
  summary: true,
  check: true,
  inline: 'important',
  inlineLimit: 10,
  blockOnOutage: false,
  resolveThreads: false,
};

/** A repository may ask for fewer comments, not for more; each of the two may have outages block. */
export function publishSettings(user: ConfigFile, repository: ConfigFile): PublishSettings {
  const inline = user.publish?.inline ?? defaultPublishSettings.inline;
  const inlineLimit = user.publish?.inlineLimit ?? defaultPublishSettings.inlineLimit;
  const isOff = (key: 'summary' | 'check') =>
    [user, repository].some(({ publish }) => publish?.[key] === false);
  return {
    summary: !isOff('summary'),
    check: !isOff('check'),
    inline: severer(inline, repository.publish?.inline ?? inline),
    inlineLimit: Math.min(inlineLimit, repository.publish?.inlineLimit ?? inlineLimit),
    blockOnOutage: user.publish?.blockOnOutage === true || repository.publish?.blockOnOutage === true,
    resolveThreads: user.publish?.resolveThreads ?? repository.publish?.resolveThreads ?? false,
  };
}

/** What is set and nothing acts on: on the command line `--post` alone says what is posted. */
export function publishWithoutEffect(user: ConfigFile, repository: ConfigFile): string[] {
  return (['summary', 'check'] as const)
    .filter((key) => user.publish?.[key] !== undefined || repository.publish?.[key] !== undefined)
    .map((key) => `publish.${key}`);
}

function severer(
  one: PublishSettings['inline'],
  other: PublishSettings['inline'],
): PublishSettings['inline'] {
  if (one === 'never' || other === 'never') return 'never';
  return compareSeverity(one, other) <= 0 ? one : other;
}
