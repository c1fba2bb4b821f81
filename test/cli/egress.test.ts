import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serverVariables } from '../demo/recorded-sessions.ts';
import type { JournalEntry } from '../servers/model/journal.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import type { ScriptToolCall, ScriptTurn } from '../servers/model/script.ts';
import { createEgressRepository, type EgressRepository } from '../support/egress-repository.ts';
import { finishReview, scriptOf } from '../support/reviewed-change.ts';
import { runCli } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let repository: EgressRepository;
beforeAll(() => {
  repository = createEgressRepository();
});
afterAll(() => repository.git.remove());

/** Every tool, in every way that could show a file. */
function everyCall({ paths, commits }: EgressRepository): ScriptToolCall[] {
  const sides = ['head', 'base', ...commits];
  const call = (name: string, argumentValues: Record<string, unknown>) => ({
    name,
    arguments: argumentValues,
  });
  const finding = (path: string, side: string, quote: string, startLine: number, endLine: number) =>
    call('report_finding', {
      severity: 'important',
      title: `A claim about ${path}`,
      locations: [
        { path, startLine, endLine, side },
        { path: 'src/app.ts', startLine: 1, endLine: 1, side },
      ],
      quote,
    });
  return [
    ...paths.flatMap((path) => [
      ...sides.map((commit) => call('read_file', { path, commit })),
      ...sides.map((commit) => call('git_blame', { path, commit, startLine: 1, endLine: 40 })),
      call('read_file', { path: `./${path}`, startLine: 2, endLine: 3 }),
      call('diff', { path }),
      call('git_log', { path }),
      call('search', { pattern: 'planted', path }),
      ...commits.map((commit) => call('git_show', { commit, path })),
      ...['head', 'base'].flatMap((side) => [
        finding(path, side, 'export const planted3 = "unknown";', 1, 9),
        finding(path, side, '"', 2, 2),
        finding(path, side, 'export const planted1 = "x";\n...\nexport const planted4 = "y";', 1, 4),
      ]),
    ]),
    ...sides.flatMap((commit) => [
      call('search', { pattern: 'planted', commit, context: 5 }),
      call('search', { pattern: '[0-9a-f]{20}', commit, glob: '**/*.ts' }),
      call('search', { pattern: '.*', commit, path: 'secret' }),
      call('search', { pattern: 'return', commit, context: 5 }),
      call('list_files', { path: 'secret', commit }),
    ]),
    ...commits.map((commit) => call('git_show', { commit })),
    call('diff', {}),
    call('git_log', { limit: 100 }),
  ];
}

function inTurns(calls: readonly ScriptToolCall[]): ScriptTurn[] {
  const turns: ScriptTurn[] = [];
  for (let at = 0; at < calls.length; at += 40) turns.push({ toolCalls: calls.slice(at, at + 40) });
  return [...turns, finishReview, finishReview];
}

function tokensIn(entries: readonly JournalEntry[], vendor: string, tokens: readonly string[]): string[] {
  const own = entries.filter((entry) => entry.vendor === vendor);
  return tokens.filter((token) => own.some(({ text }) => text.includes(token)));
}

test('what a rule keeps from a vendor is in none of its requests, whatever its model asks for; the others get it', async () => {
  const { git, base, head, tokens } = repository;
  const turns = inTurns(everyCall(repository));
  const server = await startModelServer({ script: scriptOf({ claude: turns, codex: turns, gemini: turns }) });
  const config = join(git.scratch, 'config.yml');
  writeFileSync(
    config,
    'egress:\n  - {paths: ["secret/**"], to: [openai, google]}\nbudget: {usd: 1000, minutes: 45, reviewerMinutes: 25}\n',
  );
  try {
    const flags = ['--json', '--config', config, '--fail-on', 'never', '--out', temporaryDirectory()];
    const result = await runCli(['review', '--range', `${base}..${head}`, ...flags], {
      cwd: git.directory,
      home: git.scratch,
      env: serverVariables(server.url),
    });
    const outcome = JSON.parse(result.stdout);
    const entries = server.journal.entries;
    // All of the script was played: nothing ended the sessions before.
    for (const vendor of ['anthropic', 'openai', 'google'])
      expect(
        entries.filter((entry) => entry.vendor === vendor && entry.turn !== null).length,
      ).toBeGreaterThanOrEqual(turns.length - 1);
    expect(tokensIn(entries, 'anthropic', tokens)).toEqual([]);
    for (const vendor of ['openai', 'google'])
      expect(tokens.filter((token) => !tokensIn(entries, vendor, tokens).includes(token))).toEqual([]);
    const report = JSON.parse(readFileSync(outcome.files.json, 'utf8'));
    const kept = report.coverage.flatMap((row: { path: string; cells: { cell: string; note: string }[] }) =>
      row.cells.filter(({ cell }) => cell === 'kept').map(({ note }) => `${row.path}: ${note}`),
    );
    expect(kept.sort()).toEqual(
      [
        ...['public/edited.ts', 'public/moved.ts', 'public/twin.ts'],
        ...['secret/a.ts', 'secret/edited.ts', 'secret/gone.ts', 'secret/inbound.ts'],
      ].map((path) => `${path}: kept from anthropic by rule`),
    );
    expect(readFileSync(outcome.files.markdown, 'utf8')).toContain('kept from anthropic by rule');
    const shown = await runCli(['context', 'show', '--config', config, '--range', `${base}..${head}`], {
      cwd: git.directory,
      home: git.scratch,
    });
    expect(shown.stdout).toContain('Kept from anthropic by the egress rule');
    expect(tokens.filter((token) => shown.stdout.includes(token))).toEqual([]);
    const doctor = await runCli(['doctor', '--config', config], { cwd: git.directory, home: git.scratch });
    expect(doctor.stdout).toContain('secret/**: content is sent only to openai, google');
  } finally {
    await server.close();
  }
}, 240_000);

test('a vendor that may be sent nothing of the change is not asked', async () => {
  const { git, base, head } = repository;
  const server = await startModelServer({
    script: scriptOf({ claude: [], codex: [], gemini: [finishReview, finishReview] }),
  });
  const config = join(git.scratch, 'config-none.yml');
  writeFileSync(config, 'egress:\n  - {paths: ["**"], to: [google]}\n  - {paths: ["src"], to: []}\n');
  try {
    const flags = ['--json', '--config', config, '--fail-on', 'never', '--out', temporaryDirectory()];
    const result = await runCli(['review', '--range', `${base}..${head}`, ...flags], {
      cwd: git.directory,
      home: git.scratch,
      env: serverVariables(server.url),
    });
    const { reviewers } = JSON.parse(result.stdout);
    expect(reviewers.slice(0, 2)).toMatchObject([
      { id: 'claude', status: 'skipped', code: 'kept-by-rule' },
      { id: 'codex', status: 'skipped', code: 'kept-by-rule' },
    ]);
    const vendors = new Set(server.journal.entries.map(({ vendor }) => vendor));
    expect([...vendors]).toEqual(['google']);
  } finally {
    await server.close();
  }
}, 120_000);
