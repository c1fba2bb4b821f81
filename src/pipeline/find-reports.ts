import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputFileError, reasonOf } from '../errors.ts';

/** A file or a run that an index lists, by its path from the folder that is indexed, `/` between names. */
export interface FoundReport {
  kind: 'run' | 'report-json' | 'markdown' | 'json';
  path: string;
}

export interface FoundReports {
  found: FoundReport[];
  notices: string[];
}

const mostEntries = 50_000;
const mostDepth = 12;

/**
 * Every run and every file that may be a report, in the order of their names. Links are not followed, folders of a run and
 * hidden ones not entered, and there is an end to how far and how much is looked at.
 */
export async function findReports(directory: string, signal: AbortSignal): Promise<FoundReports> {
  const found: FoundReport[] = [];
  const notices: string[] = [];
  let seen = 0;
  const visit = async (path: string, depth: number): Promise<void> => {
    signal.throwIfAborted();
    const entries = await list(join(directory, path), path === '', notices);
    const names = new Set(entries.map(({ name }) => name));
    const at = (name: string) => (path === '' ? name : `${path}/${name}`);
    if (names.has('run.json') && path !== '') {
      found.push({ kind: 'run', path });
      return;
    }
    for (const entry of entries) {
      seen += 1;
      if (seen > mostEntries) return;
      if (entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name)) {
        if (depth < mostDepth) await visit(at(entry.name), depth + 1);
        else notices.push(`Not looked into, because it lies too deep: ${at(entry.name)}.`);
      }
      const kind = entry.isDirectory() || entry.isSymbolicLink() ? null : kindOf(entry.name, names);
      if (kind !== null) found.push({ kind, path: at(entry.name) });
    }
  };
  await visit('', 0);
  if (seen > mostEntries)
    notices.push(`The folder holds more than ${mostEntries} entries: the rest is not listed.`);
  return { found, notices };
}

/** Beside a report.json, its own renderings are no reports; beside a Markdown report, neither is the JSON made of it. */
function kindOf(name: string, beside: ReadonlySet<string>): FoundReport['kind'] | null {
  if (name === 'report.json') return 'report-json';
  if (/\.(?:md|markdown)$/i.test(name))
    return beside.has('report.json') && /^(?:report|summary)\.md$/.test(name) ? null : 'markdown';
  if (!name.endsWith('.json')) return null;
  const stem = name.slice(0, -'.json'.length);
  return beside.has(`${stem}.md`) || beside.has(`${stem}.markdown`) ? null : 'json';
}

/** The outermost folder has to be readable; one below it that is not is named. */
async function list(path: string, isOutermost: boolean, notices: string[]): Promise<Dirent[]> {
  try {
    return (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    if (!isOutermost) {
      const message = cause instanceof Error ? cause.message : String(cause);
      notices.push(`A folder could not be read: ${message}.`);
      return [];
    }
    throw new InputFileError(`cannot read ${path}: ${reasonOf(cause)}`, {
      hint: 'name the folder that holds your runs or reports',
      cause,
    });
  }
}
