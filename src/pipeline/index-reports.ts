import { access } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { findPackageDirectory, readPackageVersion } from '../config.ts';
import { ForeignReport } from '../domain/foreign-report.ts';
import { DeepReviewError, InputFileError, reasonOf } from '../errors.ts';
import {
  describeForeign,
  describeRun,
  describeUnreadable,
  type IndexEntry,
} from '../render/index/index-entry.ts';
import { indexFormat, renderIndex } from '../render/index/render-index.ts';
import { parseReport } from '../render/parse-report.ts';
import { readForeignReport } from '../render/read/read-foreign-report.ts';
import { loadTemplates } from '../render/templates.ts';
import { writeFileAtomically } from '../run/write-file.ts';
import { type FoundReport, findReports } from './find-reports.ts';
import { hasMark, requireOwnOutput } from './own-output.ts';
import { mostJsonBytes, mostMarkdownBytes, readInputFile } from './read-input-file.ts';
import { jsonMark } from './render-foreign-file.ts';

export interface IndexedReports {
  /** Path of the page. */
  index: string;
  entries: IndexEntry[];
  notices: string[];
}

const indexMark = `<meta name="generator" content="${indexFormat}">`;
const hint = 'name a folder of runs or reports';

/**
 * Writes `index.html` over all runs and Markdown reports of a folder, into it or into `out`. What cannot be read is listed
 * with the reason; a page that this command did not write is never written over.
 */
export async function indexReports(
  { directory, out }: { directory: string; out: string | null },
  signal: AbortSignal,
): Promise<IndexedReports> {
  const index = join(out ?? directory, 'index.html');
  const { found, notices } = await findReports(directory, signal);
  await requireOwnOutput(index, indexMark);
  const entries: IndexEntry[] = [];
  for (const one of found) {
    signal.throwIfAborted();
    const entry = await readEntry(directory, one);
    if (entry !== null) entries.push(entry);
  }
  const templates = await loadTemplates(join(findPackageDirectory(), 'templates'));
  const html = renderIndex({
    entries,
    folder: basename(directory),
    base: out === null ? '' : relative(out, directory).split(sep).join('/'),
    notices,
    tool: `deep-review ${readPackageVersion()}`,
    templates,
  });
  await writeFileAtomically(index, html);
  return { index, entries, notices };
}

/** null for a JSON file that is none of ours. */
async function readEntry(directory: string, found: FoundReport): Promise<IndexEntry | null> {
  const { path } = found;
  try {
    switch (found.kind) {
      case 'run': {
        if (!(await isThere(join(directory, path, 'render', 'report.json'))))
          throw new InputFileError('it has no report: the run did not come to its end');
        const report = parseReport(await readJson(directory, `${path}/render/report.json`), 'report.json');
        return { path, page: await firstPage(directory, `${path}/render/report`), ...describeRun(report) };
      }
      case 'report-json': {
        const report = parseReport(await readJson(directory, path), 'report.json');
        return { path, page: await firstPage(directory, stemOf(path)), ...describeRun(report) };
      }
      case 'markdown': {
        const text = await readInputFile(join(directory, path), { most: mostMarkdownBytes, hint });
        const tool = { name: 'deep-review', version: readPackageVersion() } as const;
        const report = readForeignReport({ file: basename(path), text, tool });
        return { path, page: (await firstPage(directory, stemOf(path))) ?? path, ...describeForeign(report) };
      }
      case 'json': {
        if (!(await isOurs(join(directory, path)))) return null;
        const report = parseForeign(await readJson(directory, path));
        return { path, page: await firstPage(directory, stemOf(path)), ...describeForeign(report) };
      }
    }
  } catch (cause) {
    if (!(cause instanceof DeepReviewError) || cause.exitCode !== 2) throw cause;
    return { path, page: null, ...describeUnreadable(cause.message.replaceAll(`${directory}${sep}`, '')) };
  }
}

/** What cannot be looked into may be one of ours: it is listed with the reason. */
async function isOurs(path: string): Promise<boolean> {
  try {
    return await hasMark(path, jsonMark);
  } catch (cause) {
    throw new InputFileError(`it cannot be looked into: ${reasonOf(cause)}`, { hint, cause });
  }
}

function readJson(directory: string, path: string): Promise<string> {
  return readInputFile(join(directory, path), { most: mostJsonBytes, hint });
}

function parseForeign(text: string): ForeignReport {
  try {
    return ForeignReport.parse(JSON.parse(text));
  } catch (cause) {
    throw new InputFileError('it is no foreign report that this program can read', { hint, cause });
  }
}

/** The page of a report, else its Markdown; null when neither is there. */
async function firstPage(directory: string, stem: string): Promise<string | null> {
  for (const path of [`${stem}.html`, `${stem}.md`]) {
    if (await isThere(join(directory, path))) return path;
  }
  return null;
}

/** Only a file that is proved not to be there is not: whatever else is wrong shows when it is read. */
async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (cause) {
    return !(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT');
  }
}

function stemOf(path: string): string {
  return path.replace(/\.[^./]+$/, '');
}
