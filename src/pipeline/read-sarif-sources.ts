import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readSarif } from '../checks/read-sarif.ts';
import type { Change } from '../domain/change.ts';
import { InputFileError, reasonOf } from '../errors.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { slugOf } from '../run/run-directory.ts';
import type { SarifSource } from './run-context.ts';

export interface ReadSarifSourcesInput {
  paths: readonly string[];
  repository: ObjectRepository;
  change: Change;
}

/** Each run in the SARIF files as a reviewer of its own, named for its tool. */
export async function readSarifSources(input: ReadSarifSourcesInput): Promise<Map<string, SarifSource>> {
  const sources = new Map<string, SarifSource>();
  for (const path of input.paths) {
    const text = await readText(path);
    const runs = await readSarif({ text, name: path, repository: input.repository, change: input.change });
    for (const [index, { tool, findings }] of runs.entries()) {
      const id = freeId(`sarif-${slugOf(tool.name).replaceAll('.', '-')}`.slice(0, 36), sources);
      const program = tool.version === '' ? tool.name : `${tool.name} ${tool.version}`;
      const digest = createHash('sha256').update(`${index}\n${text}`).digest('hex');
      sources.set(id, { reviewer: { type: 'program', id, program }, findings, digest });
    }
  }
  return sources;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new InputFileError(`cannot read ${path}: ${reasonOf(cause)}`, {
      hint: 'check the path of --sarif',
      cause,
    });
  }
}

function freeId(wanted: string, taken: ReadonlyMap<string, unknown>): string {
  let id = wanted;
  for (let count = 2; taken.has(id); count += 1) id = `${wanted}-${count}`;
  return id;
}
