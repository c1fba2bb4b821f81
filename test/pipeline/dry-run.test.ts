import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReviewPlan } from '../../src/domain/review-plan.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import type { JournalEntry } from '../servers/model/journal.ts';
import { type ModelServer, startModelServer } from '../servers/model/model-server.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { defaultModels, finishReview, scriptOf } from '../support/reviewed-change.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

let repository: GitFixture;
let server: ModelServer;
let range: string;

beforeAll(async () => {
  repository = createGitFixture();
  const base = repository.commit({ 'probe.go': 'package probe\n', 'AGENTS.md': 'Wrap errors.\n' }, 'Begin');
  const lines = Array.from({ length: 400 }, (_, line) => `func F${line}() error { return nil } // ä ${line}`);
  const head = repository.commit(
    {
      'probe.go': `package probe\n\n${lines.join('\n')}\n`,
      'go.sum': 'example.com/a v1.0.0 h1:abc\n',
      'skipped.txt': 'one\n',
      'image.png': '\u0000\u0001binary',
      'large.go': `package large\n${'var x = 1 // something\n'.repeat(9_000)}`,
    },
    'Say more',
  );
  range = `${base}..${head}`;
  const turns = [finishReview, finishReview];
  server = await startModelServer({ script: scriptOf({ claude: turns, codex: turns, gemini: turns }) });
});
afterAll(async () => {
  await server.close();
  repository.remove();
});

async function run(
  words: readonly string[],
  env: Record<string, string> = serverVariables(server.url),
): Promise<CliResult> {
  const flags = ['--range', range, '--no-config', '--out', join(repository.scratch, 'out')];
  return await runCli(['review', ...flags, ...words], {
    cwd: repository.directory,
    home: repository.scratch,
    env,
  });
}

async function plan(words: readonly string[] = [], env?: Record<string, string>): Promise<ReviewPlan> {
  const result = await run(['--dry-run', '--json', ...words], env);
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
  return ReviewPlan.parse(JSON.parse(result.stdout));
}

describe('--dry-run', () => {
  test('sends nothing, makes no run, and says to whom what would go', async () => {
    const planned = await plan(['--reviewers', 'claude,codex,gemini,checks']);
    expect(server.journal.entries).toEqual([]);
    expect(existsSync(join(repository.scratch, 'out'))).toBe(false);
    expect(planned).toMatchObject({
      files: 5,
      programs: ['checks'],
      keptBack: [
        { path: 'image.png', reason: 'binary' },
        { path: 'large.go', reason: 'too long' },
      ],
      models: Object.entries(defaultModels).map(([id, model]) => ({
        id,
        model,
        endpoint: new URL(server.url).host,
        key: 'present',
        firstRequest: { filesInlined: 3, filesNamed: 2 },
        session: { turns: { low: 6, high: 150 }, limitUsd: 3.5, maxTokens: null },
      })),
    });
    for (const { session } of planned.models) {
      expect(session?.costUsd?.low).toBeGreaterThan(0);
      expect(session?.costUsd?.low).toBeLessThan(1);
      expect(session?.costUsd?.high).toBe(3.5);
    }
    expect(planned.afterwardsUsd).toEqual({
      examination: 3.75,
      duplicates: expect.closeTo(0.3, 9),
      prose: expect.closeTo(0.45, 9),
    });
  });

  test('its bytes are those that the review then sends, and its tokens within a factor of 1.5', async () => {
    const planned = await plan();
    expect((await run(['--fail-on', 'never'])).stderr).not.toContain('internal');
    const journal = server.journal.entries;
    for (const { id, model, firstRequest } of planned.models) {
      const first = journal.find((entry) => entry.model === model);
      expect([id, first?.bytes]).toEqual([id, firstRequest?.bytes]);
      const counted = countedTokens(first);
      expect(firstRequest?.tokens).toBeGreaterThan(counted / 1.5);
      expect(firstRequest?.tokens).toBeLessThan(counted * 1.5);
    }
  });

  test('needs no key, and says which are missing', async () => {
    const planned = await plan([], {
      ...serverVariables(server.url),
      ANTHROPIC_API_KEY: '',
      GEMINI_API_KEY: '',
    });
    expect(planned.models.map(({ id, key, session }) => [id, key, session?.limitUsd])).toEqual([
      ['claude', 'missing', 10.5],
      ['codex', 'present', 10.5],
      ['gemini', 'missing', 10.5],
    ]);
    expect(planned.costUsd).toEqual(planned.models[1]?.session?.costUsd);
    const result = await run(['--dry-run'], {});
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain(
      'claude: claude-opus-5-5 (effort: xhigh) at api.anthropic.com; no key: it would be',
    );
    expect(result.stdout).toContain(
      'at generativelanguage.googleapis.com; no key: it would be skipped; set GEMINI_API_KEY or',
    );
    expect(result.stdout).toContain(
      'After the reviews at most another $3.75 for examiners, $0.30 for questions about duplicates and $0.45 for the report’s prose.',
    );
    expect(result.stdout).toMatch(/All together, if there were keys, \$\d+\.\d\d to \$10\.50\./);
  });

  test('stays below a budget that the flags set', async () => {
    const planned = await plan(['--max-cost', '3']);
    expect(planned.costUsd?.high).toBeCloseTo(2.1, 10);
  });

  test('refuses what a review would refuse, with exit code 2', async () => {
    for (const words of [
      ['--max-cost', '0'],
      ['--replay', 'x'],
      ['--from', 'verify'],
      ['--reviewers', 'nobody'],
      ['--model', 'claude=claude-unheard-of'],
    ])
      expect([words, await run(['--dry-run', '--json', ...words])]).toEqual([
        words,
        { code: 2, stdout: '', stderr: expect.stringMatching(/^deep-review: .*\n {2}→ .*\n$/) },
      ]);
  });
});

/** The server's own count, of text at four bytes a token. */
function countedTokens(entry: JournalEntry | undefined): number {
  const { system, instructions, systemInstruction, messages, input, contents, tools } = entry?.body ?? {};
  return [system, instructions, systemInstruction, messages, input, contents, tools].reduce<number>(
    (sum, part) => sum + Math.ceil(Buffer.byteLength(part === undefined ? '' : JSON.stringify(part)) / 4),
    0,
  );
}
