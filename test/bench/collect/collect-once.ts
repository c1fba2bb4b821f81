import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import 'octokit';
import { collectChange } from '../../../src/collect/collect-change.ts';
import { readEnvironment } from '../../../src/config.ts';
import { openTarget } from '../../../src/pipeline/open-target.ts';
import { printChange } from '../../../src/pipeline/print-change.ts';

/** One pull request, from the first request to the API to `change.json`: prints milliseconds. */
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
await Promise.all([
  writeFile(join(workingDirectory, 'diff.patch'), patch),
  writeFile(join(workingDirectory, 'change.json'), printChange(change)),
]);
console.log(performance.now() - started);
await repository.close();
