import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadRules } from '../../src/checks/load-rules.ts';
import { runRules } from '../../src/checks/run-rules.ts';
import { collectChange } from '../../src/collect/collect-change.ts';
import { createLocalSource } from '../../src/forge/local/local-source.ts';
import { openLocalRepository } from '../../src/git/open-local-repository.ts';
import { createSampleRepository } from '../support/sample-repository.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const signal = new AbortController().signal;

async function runOnSample(end: 'head' | 'fixed') {
  const directory = temporaryDirectory();
  const sample = createSampleRepository(join(directory, 'sample'));
  const home = join(directory, 'home');
  mkdirSync(home);
  const repository = await openLocalRepository({
    source: sample.path,
    cacheDirectory: join(directory, 'cache'),
    homeDirectory: home,
  });
  try {
    const range = `${sample.base}..${sample[end]}`;
    const target = await createLocalSource({ repository, target: { kind: 'range', range } }).resolve(signal);
    const { change } = await collectChange({ repository, target, round: 1, signal });
    const rules = await loadRules('context/rules');
    return { sample, ...(await runRules({ repository, change, rules, signal })) };
  } finally {
    await repository.close();
  }
}

test('the default rules find what was planted in the sample, and nothing else', async () => {
  const { claims, sample, finish } = await runOnSample('head');
  const found = claims.map(({ locations: [place], severity, title }) => ({
    path: place?.path,
    line: place?.startLine,
    severity,
    title,
  }));
  expect(found).toEqual(
    sample.planted.map(({ path, line, severity, title }) => ({ path, line, severity, title })),
  );
  expect(found.length).toBeGreaterThanOrEqual(12);
  expect(finish.designObservations).toEqual([]);
});

test('each planted defect is found by the rule that is named for it', async () => {
  const { sample } = await runOnSample('head');
  const rules = await loadRules('context/rules');
  for (const { rule: id, path, line, severity } of sample.planted) {
    const rule = rules.find((one) => one.id === id);
    expect({ id: rule?.id, enabled: rule?.enabled, severity: rule?.severity }).toEqual({
      id,
      enabled: true,
      severity,
    });
    expect(`${path}:${line}`).toMatch(/^\S+:\d+$/);
  }
  expect(sample.planted.map(({ path, rule }) => `${path} ${rule}`)).toEqual(
    expect.arrayContaining([
      'internal/provisioner/provisioner.go go-error-becomes-answer',
      'internal/supervisor/restart.go go-discarded-probe-error',
      'internal/supervisor/restart.go go-destructive-on-error',
    ]),
  );
});

test('they find nothing once it is mended', async () => {
  const { claims, finish } = await runOnSample('fixed');
  expect({ claims, older: finish.designObservations }).toEqual({ claims: [], older: [] });
});
