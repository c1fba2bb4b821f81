import { Change } from '../domain/change.ts';
import type { CommentDecision } from '../domain/comment-decision.ts';
import type { DeclineRecord } from '../domain/context-suggestion.ts';
import type { Decision } from '../domain/decisions.ts';
import type { RunManifest } from '../domain/run.ts';
import { DeepReviewError } from '../errors.ts';
import { parseReport } from '../render/parse-report.ts';
import { decisionsFile, readDecisions, requireOwnDecisions } from '../resolve/decisions-file.ts';
import { readArtifact, readPlainFile } from '../run/read-artifact.ts';
import { lookUpManifest } from '../run/read-manifest.ts';
import { listRuns, type RunDirectory } from '../run/run-directory.ts';
import { isOwnRun } from '../run/run-seal.ts';
import { bindDecisions, type DatedRun } from './bind-decisions.ts';
import { listDeclineRecords } from './decline-records.ts';
import { readRenamedAt } from './named-since.ts';

export interface FindDeclinesInput {
  /** Folder of all runs. */
  out: string;
  /** `owner/name` as in the run's folder, and what the target under review is called there. */
  repository: string;
  slug: string;
  /** What was decided in comments on the target under review. */
  decided: readonly CommentDecision[];
  cacheDirectory: string;
  /** The run that asks; null when it is not made yet. */
  self: RunDirectory | null;
}

export interface FoundDeclines {
  records: DeclineRecord[];
  /** Folders of runs that could not be read. */
  unreadable: string[];
}

/** Newest runs that are looked at, and most records that are kept, the newest. */
const limits = { runs: 200, records: 500 };

/**
 * What people said of findings in the reviews of a repository, whatever the pull request, that this user's program made
 * here. Nothing hangs on it but suggestions: what cannot be read is left out and named.
 */
export async function findDeclines(input: FindDeclinesInput): Promise<FoundDeclines> {
  const unreadable: string[] = [];
  const targets = new Map<string, DatedFolder[]>();
  for (const run of (await listRuns(input.out, input.repository)).slice(-limits.runs)) {
    if (run.path === input.self?.path) continue;
    const found = await readOwn(run, input);
    if (found !== null) targets.set(found.slug, [...(targets.get(found.slug) ?? []), found]);
  }
  const records: DeclineRecord[] = [];
  for (const [slug, folders] of targets) {
    const isOurs = slug === input.slug;
    if (!(isOurs && input.decided.length > 0) && !(await saysSomething(folders))) continue;
    const runs: (DatedRun & { folder: DatedFolder })[] = [];
    for (const folder of folders)
      try {
        const read = await readRun(folder, input.cacheDirectory);
        if (read !== null) runs.push({ ...read, folder, startedAt: folder.startedAt });
      } catch (cause) {
        if (!(cause instanceof DeepReviewError)) throw cause;
        unreadable.push(folder.run.id);
      }
    const spoken = isOurs ? input.decided : await readDecided(runs.at(-1)?.folder.run);
    const known = new Set(runs.flatMap(({ report }) => report.findings.map(({ shortId }) => shortId)));
    const decided = spoken.filter(({ id }) => id !== null && !known.has(id));
    for (const run of bindDecisions(runs, spoken).runs)
      records.push(...listDeclineRecords({ ...run, decided }));
  }
  const times = records.map((record) => ({ record, at: record.at ?? '' }));
  times.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { records: times.slice(-limits.records).map(({ record }) => record), unreadable };
}

interface DatedFolder {
  run: RunDirectory;
  slug: string;
  startedAt: string;
  stages: RunManifest['stages'];
}

/** null: not made here, or no run at all. */
async function readOwn(run: RunDirectory, input: FindDeclinesInput): Promise<DatedFolder | null> {
  const manifest = await lookUpManifest(run).catch((cause: unknown) => {
    if (cause instanceof DeepReviewError) return null;
    throw cause;
  });
  if (manifest?.outcome !== 'found') return null;
  const { target, startedAt, stages } = manifest.value;
  if (target.repository !== input.repository) return null;
  return (await isOwnRun(run, manifest.value, input.cacheDirectory))
    ? { run, slug: target.slug, startedAt, stages }
    : null;
}

const nothingDecided = '\n  "resolution": null,\n';
const nothingDeclined = '\n  "declined": [],\n';

/** Whether people said anything in the reviews of a target; a file that cannot be read may. */
async function saysSomething(folders: readonly DatedFolder[]): Promise<boolean> {
  for (const { run } of folders) {
    const [decisions, report] = await Promise.all(
      [decisionsFile(run), run.file('render', 'report.json')].map((path) => readPlainFile(path)),
    ).catch((cause: unknown) => {
      if (cause instanceof DeepReviewError) return ['', null];
      throw cause;
    });
    if (decisions != null) return true;
    if (report != null && !(report.includes(nothingDecided) && report.includes(nothingDeclined))) return true;
  }
  return false;
}

/** null: it has no report. */
async function readRun(
  { run, stages }: DatedFolder,
  cacheDirectory: string,
): Promise<EarlierRunFiles | null> {
  const file = run.file('render', 'report.json');
  const text = await readPlainFile(file);
  if (text === null) return null;
  await requireOwnDecisions(run, cacheDirectory);
  return {
    report: parseReport(text, file),
    decisions: (await readDecisions(run)).decisions,
    renamedAt: await readRenamedAt(run, { stages }),
  };
}

interface EarlierRunFiles {
  report: DatedRun['report'];
  decisions: readonly Decision[];
  renamedAt: string | null;
}

/** What was decided in comments as the newest run knew it. */
async function readDecided(run: RunDirectory | undefined): Promise<readonly CommentDecision[]> {
  if (run === undefined) return [];
  const path = run.file('collect', 'change.json');
  const lookup = await readArtifact({ path, schema: Change, version: 1 }).catch((cause: unknown) => {
    if (cause instanceof DeepReviewError) return null;
    throw cause;
  });
  return lookup?.outcome === 'found' ? (lookup.value.decided ?? []) : [];
}
