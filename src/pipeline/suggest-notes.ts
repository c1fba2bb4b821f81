import * as z from 'zod';
import { pathMatcher } from '../agent/egress.ts';
import { Change } from '../domain/change.ts';
import { type ContextNote, DeclineRecords } from '../domain/context-suggestion.ts';
import type { Decision } from '../domain/decisions.ts';
import { EgressRule } from '../domain/egress.ts';
import type { Report } from '../domain/report.ts';
import type { RunManifest } from '../domain/run.ts';
import { DeepReviewError, RunDirectoryError } from '../errors.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { suggestContext } from '../reconcile/suggest-context.ts';
import { toDeclinedNote } from '../render/build/declined-notes.ts';
import { readArtifact } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import { listDeclineRecords } from './decline-records.ts';

/** The repository's own notes, by which reviewers are told what it wants them to know. */
export const contextFileName = 'deep-review-context.md';

/**
 * The report with what people declined as suggestions for the repository's notes, before those of reviewers; what was
 * suggested so before is computed anew.
 */
export async function suggestNotes(input: {
  run: RunDirectory;
  report: Report;
  change: Pick<Change, 'decided' | 'earlierRounds'>;
  /** About findings of this report. */
  decisions: readonly Decision[];
  /** Text of the notes at the base; null: none, or not known. */
  note: string | null;
  /** What is kept from a vendor stands in no notes, which all are told. */
  egress: readonly EgressRule[];
}): Promise<Report> {
  const { run, report, change, decisions, note, egress } = input;
  const earlier = await readArtifact({
    path: declinesFile(run),
    memory: run.memory,
    schema: DeclineRecords,
    version: 1,
  });
  const known = new Set(
    (change.earlierRounds ?? []).flatMap(({ source, findings }) =>
      source === 'comment' ? [] : (findings ?? []).map(({ id }) => id),
    ),
  );
  const decided = (change.decided ?? []).filter(({ id }) => id !== null && !known.has(id));
  const isKept = pathMatcher(egress.flatMap(({ paths }) => paths));
  const records = [
    ...(earlier.outcome === 'found' ? earlier.value.records : []),
    ...listDeclineRecords({ report, decisions, decided }),
  ].filter(({ path }) => path === null || !isKept(path));
  const computed: ContextNote[] = suggestContext({ records, note }).map(toDeclinedNote);
  const written = report.processNotes.repository.filter(({ declined }) => declined === undefined);
  return { ...report, processNotes: { ...report.processNotes, repository: [...computed, ...written] } };
}

/** As `suggestNotes`, for the finished run of a report, by what its folder holds. */
export async function suggestNotesAgain(input: {
  run: RunDirectory;
  report: Report;
  decisions: readonly Decision[];
  /** null, and one that does not hold the base: what its notes say is not known, and a suggestion may come again. */
  repository: ObjectRepository | null;
  manifest: Pick<RunManifest, 'config'>;
}): Promise<Report> {
  const { run, repository, report, manifest } = input;
  const egress = readEgress(manifest);
  const path = run.file('collect', 'change.json');
  const lookup = await readArtifact({ path, schema: Change, version: 1 });
  const note =
    repository === null
      ? null
      : await readContextFile(repository, report.change.base.sha).catch((cause: unknown) => {
          if (cause instanceof DeepReviewError) return null;
          throw cause;
        });
  return suggestNotes({
    ...input,
    change: lookup.outcome === 'found' ? lookup.value : { earlierRounds: null },
    ...{ note, egress },
  });
}

/** Nothing is kept where a run does not say so. */
function readEgress({ config }: Pick<RunManifest, 'config'>): readonly EgressRule[] {
  const rules = z.array(EgressRule).safeParse(config.egress ?? []);
  if (rules.success) return rules.data;
  throw new RunDirectoryError('run.json does not say what is kept from whom', {
    hint: 'use the version of deep-review that wrote it',
    cause: rules.error,
  });
}

export function declinesFile(run: RunDirectory): string {
  return run.file('collect', 'declines.json');
}

/** The notes of a commit's root; null for none, and for what is no text of a sensible size. */
export async function readContextFile(repository: ObjectRepository, commit: string): Promise<string | null> {
  const entry = await repository.findEntry(commit, contextFileName);
  if (entry === null || !entry.mode.startsWith('100')) return null;
  const file = await repository.readFile(commit, contextFileName, { maxBytes: 2 ** 20 });
  return file.outcome === 'found' ? file.bytes.toString('utf8') : null;
}
