import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import 'octokit';
import { collectChange } from '../../../src/collect/collect-change.ts';
import { readEnvironment } from '../../../src/config.ts';
import { openTarget } from '../../../src/pipeline/open-target.ts';
import { printChange } from '../../../src/pipeline/print-change.ts';
import { writeWhole } from '../../../src/run/write-file.ts';

/** One pull request, from the first request to the API to `change.json`: prints milliseconds. */
// What `fetch` is made of is loaded by its first use: a part of the start, as `octokit` above.
new Headers();
const workingDirectory = process.cwd();
const { signal } = new AbortController();
const started = performance.now();
const { target, repository } = await openTarget(
  {
    target: {
      kind: 'pull-request',
      number: 1,
      repository: { owner: 'acme', name: 'large' },
      server: null,
    },
    workingDirectory,
    configPath: null,
    withoutConfig: true,
  },
  { environment: readEnvironment(), signal },
);
const { change, patch } = await collectChange({ repository, target, round: 1, signal });
const patchFile = await open(join(workingDirectory, 'diff.patch'), 'w');
await Promise.all([
  writeWhole(patchFile, patch),
  writeFile(join(workingDirectory, 'change.json'), printChange(change)),
]);
await patchFile.close();
console.log(performance.now() - started);
await repository.close();
