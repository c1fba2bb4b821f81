import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReviewPlan } from '../../src/domain/review-plan.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

let repository: GitFixture;
let range: string;

beforeAll(() => {
  repository = createGitFixture();
  const base = repository.commit({ 'a.py': 'a = 1\n', 'b.py': 'b = 1\n' }, 'Begin');
  const large = `c = 1\n${'c = 2 # something\n'.repeat(9_000)}`;
  const head = repository.commit({ 'a.py': 'a = 2\n', 'b.py': 'b = 2\n', 'c.py': large }, 'Change');
  range = `${base}..${head}`;
});
afterAll(() => repository.remove());

const keys = { ANTHROPIC_API_KEY: 'x', OPENAI_API_KEY: 'y', GEMINI_API_KEY: 'z' };

async function review(
  words: readonly string[],
  config = '',
  env: Record<string, string> = keys,
): Promise<CliResult> {
  const path = join(repository.scratch, 'config.yml');
  writeFileSync(path, config);
  const flags = ['--range', range, '--config', path, '--out', join(repository.scratch, 'out')];
  return await runCli(['review', ...flags, ...words], {
    cwd: repository.directory,
    home: repository.scratch,
    env,
  });
}

async function plan(config: string, env?: Record<string, string>): Promise<ReviewPlan> {
  return ReviewPlan.parse(JSON.parse((await review(['--dry-run', '--json'], config, env)).stdout));
}

describe('a dry run under an egress rule', () => {
  test('says from whom a file is kept, and calls it neither too long nor open', async () => {
    const config = 'egress:\n  - {paths: ["a.py"], to: []}\n  - {paths: ["c.py"], to: [openai]}\n';
    const planned = await plan(config);
    expect([planned.withheld, planned.keptBack]).toEqual([
      [
        { path: 'a.py', from: ['anthropic', 'openai', 'google'] },
        { path: 'c.py', from: ['anthropic', 'google'] },
      ],
      [{ path: 'c.py', reason: 'too long' }],
    ]);
    const { stdout } = await review(['--dry-run'], config);
    expect(stdout).toContain('Kept from anthropic, openai, google by the egress rule:\n  a.py\n');
    expect(stdout).toContain('Kept from anthropic, google by the egress rule:\n  c.py\n');
    expect(stdout).toContain('open to those it is not kept from:\n  c.py (too long)\n');
    expect(stdout).not.toContain('open to whoever asks');
  });

  test('skips, and does not price, whoever may be sent nothing; the others share its part', async () => {
    const config = 'egress: [{paths: ["**"], to: [google]}]\n';
    const planned = await plan(config);
    expect(
      planned.models.map(({ id, skipped, session }) => [id, skipped, session?.limitUsd ?? null]),
    ).toEqual([
      ['claude', 'kept-by-rule', null],
      ['codex', 'kept-by-rule', null],
      ['gemini', null, 10.5],
    ]);
    expect(planned.costUsd).toEqual(planned.models[2]?.session?.costUsd);
    const { stdout } = await review(['--dry-run'], config);
    expect(stdout).toContain(
      'would be skipped: every changed file is kept from anthropic by the egress rule',
    );
    expect(stdout).toMatch(/at most \$10\.50; /);
    expect(stdout).toContain('All together, of those that would start (gemini), $');
  });

  test('that leaves nobody: the review is refused before anything is made, and the dry run says so', async () => {
    const config = 'egress: [{paths: ["**"], to: []}]\n';
    const { code, stdout } = await review(['--dry-run'], config);
    expect(code).toBe(0);
    expect(stdout).toContain('A review would not start, with exit code 2: every reviewer would be skipped.');
    for (const env of [keys, { OPENAI_API_KEY: 'y' }]) {
      const vendors = Object.keys(env).length === 1 ? 'openai' : 'anthropic, openai, google';
      expect(await review([], config, env)).toEqual({
        code: 2,
        stdout: '',
        stderr: `deep-review: nobody may review this change: the egress rule keeps every changed file from ${vendors}\n  → name a vendor in the rule’s "to", or review offline: --reviewers checks\n`,
      });
    }
    expect(existsSync(join(repository.scratch, 'out'))).toBe(false);
    const checked = await review(['--reviewers', 'claude,checks', '--fail-on', 'never', '--json'], config);
    expect(JSON.parse(checked.stdout).reviewers).toMatchObject([
      { id: 'claude', status: 'skipped', code: 'kept-by-rule' },
      { id: 'checks', status: 'completed' },
    ]);
  });
});

describe('the amounts of a dry run', () => {
  test('that pay for no request are said to, in digits that can be read', async () => {
    const { stdout } = await review(['--dry-run', '--max-cost', '0.0001']);
    expect(stdout).toContain('session: a share of $0.000023 does not pay for one request');
    expect(stdout).toContain('All together $0.00 to $0.00.');
    expect(stdout).not.toContain('at most $0.00');
  });

  test('are of those that have a key, and a share is called one where others may add to it', async () => {
    const some = (await review(['--dry-run'], '', { OPENAI_API_KEY: 'y', GEMINI_API_KEY: 'z' })).stdout;
    expect(some).toContain('All together, of those that would start (codex, gemini), $');
    expect(some).toContain('a share of $5.25; ');
    const one = (await review(['--dry-run', '--reviewers', 'codex'])).stdout;
    expect(one).toContain('at most $10.50; ');
    expect(one).toContain('All together $');
  });

  test('are none, nor are tokens estimated, where no model is asked', async () => {
    const { code, stdout } = await review(['--dry-run', '--reviewers', 'checks'], '', {});
    expect([code, stdout.replace(/[0-9a-f]{12}/g, 'SHA')]).toEqual([
      0,
      'A dry run of SHA..SHA, 3 files. Nothing was sent.\n\nchecks: sends nothing\n\nNothing would be sent, and it would cost nothing.\n',
    ]);
  });
});
