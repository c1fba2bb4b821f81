import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Environment, findPackageDirectory } from '../config.ts';
import type { Report } from '../domain/report.ts';
import { InputFileError, RepositoryError } from '../errors.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { openPackedRepository } from '../git/open-packed-repository.ts';
import { parseReport } from '../render/parse-report.ts';
import { renderAll } from '../render/render-all.ts';
import { createSourceReader, noSources } from '../render/source/source-reader.ts';
import { writeFileAtomically } from '../run/write-file.ts';
import { openRepository, repositoryCache } from './open-repository.ts';
import { mostJsonBytes, mostMarkdownBytes, readInputFile } from './read-input-file.ts';
import { jsonMark, type RenderedForeign, renderForeignFile } from './render-foreign-file.ts';

export interface RenderReportOptions {
  /** Path of a report.json, or of a Markdown report that others wrote. */
  report: string;
  /** Folder to write to; null: beside the report. */
  out: string | null;
  workingDirectory: string;
}

export type RenderedReport =
  | { kind: 'run'; html: string; markdown: string; summary: string; sarif: string }
  | RenderedForeign;

/** Makes the renderings of a report.json again, or page and JSON of a Markdown report. */
export async function renderReportFile(
  options: RenderReportOptions,
  dependencies: { environment: Environment; signal: AbortSignal },
): Promise<RenderedReport> {
  const path = options.report;
  const isMarkdown = /\.(?:md|markdown)$/i.test(path);
  const text = await readInputFile(path, {
    most: isMarkdown ? mostMarkdownBytes : mostJsonBytes,
    hint: 'name the report.json of a run, or a report in Markdown',
  });
  if (isMarkdown) return renderForeignFile({ path, text, out: options.out }, dependencies.signal);
  if (text.slice(0, 200).includes(jsonMark))
    throw new InputFileError(`${path} was made from a Markdown report`, { hint: 'render that report again' });
  return renderRun(parseReport(text, path), options, dependencies);
}

/** Code comes from the repository here, else from the run's own pack. */
async function renderRun(
  report: Report,
  options: RenderReportOptions,
  dependencies: { environment: Environment; signal: AbortSignal },
): Promise<RenderedReport> {
  const repository = await findObjects(options, report, dependencies);
  try {
    const files = await renderAll({
      report,
      sources: repository === null ? noSources : createSourceReader(repository),
      templatesDirectory: join(findPackageDirectory(), 'templates'),
    });
    const out = options.out ?? dirname(options.report);
    for (const [name, content] of Object.entries(files))
      if (name !== 'report.json') await writeFileAtomically(join(out, name), content);
    return {
      kind: 'run',
      html: join(out, 'report.html'),
      markdown: join(out, 'report.md'),
      summary: join(out, 'summary.md'),
      sarif: join(out, 'report.sarif'),
    };
  } finally {
    await repository?.close();
  }
}

/** null: neither place has the commit; the renderings then say that the code is not at hand. */
export async function findObjects(
  options: RenderReportOptions,
  report: Report,
  dependencies: { environment: Environment; signal: AbortSignal },
): Promise<ObjectRepository | null> {
  const { environment, signal } = dependencies;
  const folder = dirname(options.report);
  const packFiles = [join(folder, 'objects.pack'), join(folder, '..', 'collect', 'objects.pack')];
  try {
    const local = await openRepository(options.workingDirectory, dependencies);
    if (await local.hasRevision(report.change.head.sha)) return local;
    await local.close();
  } catch (cause) {
    if (!(cause instanceof RepositoryError)) throw cause;
  }
  const packFile = await findFile(packFiles);
  if (packFile === null) return null;
  return openPackedRepository({
    packFile,
    cacheDirectory: repositoryCache(dependencies),
    objectFormat: report.change.head.sha.length === 64 ? 'sha256' : 'sha1',
    searchPath: environment.variable('PATH') ?? undefined,
    signal,
  });
}

/** The first of them that exists; null for none. */
async function findFile(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const isThere = await stat(path).then(
      () => true,
      (cause: unknown) => {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return false;
        throw cause;
      },
    );
    if (isThere) return path;
  }
  return null;
}
