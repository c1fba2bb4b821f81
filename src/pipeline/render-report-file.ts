import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Environment, findPackageDirectory } from '../config.ts';
import type { Report } from '../domain/report.ts';
import { RepositoryError, RunDirectoryError } from '../errors.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { openPackedRepository } from '../git/open-packed-repository.ts';
import { parseReport } from '../render/parse-report.ts';
import { renderAll } from '../render/render-all.ts';
import { createSourceReader, noSources } from '../render/source/source-reader.ts';
import { writeFileAtomically } from '../run/write-file.ts';
import { openRepository, repositoryCache } from './open-repository.ts';

export interface RenderReportOptions {
  /** Path of a report.json. */
  report: string;
  /** Folder to write to; null: beside the report. */
  out: string | null;
  workingDirectory: string;
}

/** Makes the renderings of a report.json again. Code comes from the repository here, else from the run's own pack. */
export async function renderReportFile(
  options: RenderReportOptions,
  dependencies: { environment: Environment; signal: AbortSignal },
): Promise<{ html: string; markdown: string; summary: string; sarif: string }> {
  const report = parseReport(await readText(options.report), options.report);
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
  const packFile = join(dirname(options.report), '..', 'collect', 'objects.pack');
  try {
    const local = await openRepository(options.workingDirectory, dependencies);
    if (await local.hasRevision(report.change.head.sha)) return local;
    await local.close();
  } catch (cause) {
    if (!(cause instanceof RepositoryError)) throw cause;
  }
  if (!(await exists(packFile))) return null;
  return openPackedRepository({
    packFile,
    cacheDirectory: repositoryCache(dependencies),
    objectFormat: report.change.head.sha.length === 64 ? 'sha256' : 'sha1',
    searchPath: environment.variable('PATH') ?? undefined,
    signal,
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (cause: unknown) => {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return false;
      throw cause;
    },
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new RunDirectoryError(
      `cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint: 'name the report.json of a run', cause },
    );
  }
}
