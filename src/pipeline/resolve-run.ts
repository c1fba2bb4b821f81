import { join } from 'node:path';
import { findPackageDirectory, nearestWord } from '../config.ts';
import { type Decision, type Decisions, latestDecisions } from '../domain/decisions.ts';
import type { Report } from '../domain/report.ts';
import type { RunManifest } from '../domain/run.ts';
import { DeepReviewError, RepositoryError, RunDirectoryError } from '../errors.ts';
import { parseReport } from '../render/parse-report.ts';
import { renderAll } from '../render/render-all.ts';
import { createSourceReader, noSources } from '../render/source/source-reader.ts';
import { addDecisions, type CommitLookup } from '../resolve/add-decisions.ts';
import { readDecisions, requireOwnDecisions, writeDecisions } from '../resolve/decisions-file.ts';
import { readSheet } from '../resolve/read-sheet.ts';
import { toResolution } from '../resolve/to-resolution.ts';
import { readPlainFile } from '../run/read-artifact.ts';
import { type RunDirectory, readManifest, runDirectoryAt } from '../run/run-directory.ts';
import { lockRun } from '../run/run-lock.ts';
import { isOwnRun } from '../run/run-seal.ts';
import { writeFileAtomically } from '../run/write-file.ts';
import { openRepository } from './open-repository.ts';
import type { PipelineDependencies } from './options.ts';
import { refuseLinkedParts } from './refuse-linked-parts.ts';
import { findObjects } from './render-report-file.ts';
import { suggestNotesAgain } from './suggest-notes.ts';

export interface ResolveOptions {
  /** The run directory. */
  run: string;
  workingDirectory: string;
}

type ResolveDependencies = Pick<PipelineDependencies, 'environment' | 'signal' | 'clock'>;

export interface ResolveOutcome {
  run: string;
  /** Decisions that were added in this sitting. */
  added: number;
  /** Findings of the report that have a decision, and that have none. */
  decided: number;
  open: number;
  /** Absolute paths of the renderings. */
  files: { json: string; html: string; markdown: string; summary: string };
}

/** A run whose findings are being decided on: under its lock, until it is closed. */
export interface ResolveSession {
  readonly report: Report;
  /** What counts today, by the stable name of a finding. */
  latest(): ReadonlyMap<string, Decision>;
  /** Checks all of them, then keeps them on disk; what is wrong with one of them rejects, and none is kept. */
  decide(given: readonly Decision[]): Promise<{ notices: string[] }>;
  /** Makes the report again with what was decided. */
  finish(): Promise<ResolveOutcome>;
  close(): Promise<void>;
}

/** Opens a finished run to be decided on. `onNotice` is told what its user should know. */
export async function openResolve(
  options: ResolveOptions,
  dependencies: ResolveDependencies,
  onNotice: (message: string) => void,
): Promise<ResolveSession> {
  const run = runDirectoryAt(options.run);
  const manifest = await readManifest(run);
  await refuseLinkedParts(run);
  const report = await readReport(run);
  const { cacheDirectory } = dependencies.environment;
  const isOwn = await isOwnRun(run, manifest, cacheDirectory);
  if (!isOwn) onNotice('this run was not made here: later reviews will not look at what is decided in it');
  const lock = await lockRun(run.file('run.lock'));
  try {
    if (isOwn) await requireOwnDecisions(run, cacheDirectory);
    let decisions = await readDecisions(run);
    let added = 0;
    return {
      report,
      latest: () => latestDecisions(decisions.decisions),
      async decide(given) {
        const result = await addDecisions({
          report,
          decisions,
          given,
          now: dependencies.clock.date().toISOString(),
          lookUpCommit: (name) => lookUpCommit(name, report, { options, dependencies }),
          nearest: nearestWord,
        });
        if (result.added > 0) await writeDecisions(run, result.decisions, cacheDirectory);
        decisions = result.decisions;
        added += result.added;
        return { notices: result.notices };
      },
      async finish() {
        const files = await renderAgain(
          run,
          { report, decisions, manifest },
          { options, dependencies, onNotice },
        );
        const latest = latestDecisions(decisions.decisions);
        const decided = report.findings.filter(({ shortId }) => latest.has(shortId)).length;
        return { run: run.path, added, decided, open: report.findings.length - decided, files };
      },
      close: () => lock.release(),
    };
  } catch (cause) {
    await lock.release();
    throw cause;
  }
}

/** Decides by a file, JSON or YAML. Whatever is wrong in it rejects, and nothing is written. */
export async function resolveFromFile(
  options: ResolveOptions & { from: string },
  dependencies: ResolveDependencies,
  onNotice: (message: string) => void,
): Promise<ResolveOutcome> {
  const text = await readPlainFile(options.from);
  if (text === null)
    throw new RunDirectoryError(`there is no file ${options.from}`, { hint: 'name it with --from FILE' });
  const given = await readSheet(text, options.from);
  const session = await openResolve(options, dependencies, onNotice);
  try {
    for (const notice of (await session.decide(given)).notices) onNotice(notice);
    return await session.finish();
  } finally {
    await session.close();
  }
}

async function readReport(run: RunDirectory): Promise<Report> {
  const path = run.file('render', 'report.json');
  const text = await readPlainFile(path);
  if (text !== null) return parseReport(text, path);
  throw new RunDirectoryError(`${run.path} has no report yet`, {
    hint: 'let the review come to its end first: the same command again continues it',
  });
}

/** Only the repository that was reviewed proves that a commit is not there. */
async function lookUpCommit(
  name: string,
  { change }: Report,
  { options, dependencies }: { options: ResolveOptions; dependencies: ResolveDependencies },
): Promise<CommitLookup> {
  const repository = await openRepository(options.workingDirectory, dependencies).catch((cause: unknown) => {
    if (cause instanceof RepositoryError) return null;
    throw cause;
  });
  if (repository === null) return { outcome: 'unknown', why: 'this is no repository' };
  try {
    if (await repository.hasRevision(name)) {
      const sha = await repository.resolveCommit(`${name}^{commit}`);
      if (sha.startsWith(name)) return { outcome: 'found', sha };
    }
    const isReviewed =
      (await repository.hasRevision(change.head.sha)) || (await repository.hasRevision(change.mergeBase));
    return isReviewed
      ? { outcome: 'absent' }
      : { outcome: 'unknown', why: 'this repository is not the one that was reviewed' };
  } finally {
    await repository.close();
  }
}

async function renderAgain(
  run: RunDirectory,
  { report, decisions, manifest }: { report: Report; decisions: Decisions; manifest: RunManifest },
  {
    options,
    dependencies,
    onNotice,
  }: { options: ResolveOptions; dependencies: ResolveDependencies; onNotice: (message: string) => void },
): Promise<ResolveOutcome['files']> {
  const commented = (report.resolution?.rows ?? []).filter(({ comment }) => comment !== undefined);
  const place = { report: run.file('render', 'report.json'), out: null, ...options };
  const repository = await findObjects(place, report, dependencies);
  try {
    const resolved = { ...report, resolution: toResolution(decisions.decisions, commented) };
    const suggested = await suggestNotesAgain({
      ...{ run, repository, report: resolved, decisions: decisions.decisions, manifest },
    }).catch((cause: unknown) => {
      if (!(cause instanceof DeepReviewError)) throw cause;
      onNotice(`what the notes of the repository could say of it was left as it is: ${cause.message}`);
      return resolved;
    });
    const files = await renderAll({
      report: suggested,
      sources: repository === null ? noSources : createSourceReader(repository),
      templatesDirectory: join(findPackageDirectory(), 'templates'),
      signal: dependencies.signal,
    });
    for (const [name, content] of Object.entries(files))
      await writeFileAtomically(run.file('render', name), content);
  } finally {
    await repository?.close();
  }
  return {
    json: run.file('render', 'report.json'),
    html: run.file('render', 'report.html'),
    markdown: run.file('render', 'report.md'),
    summary: run.file('render', 'summary.md'),
  };
}
