import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordedSessions, serverVariables } from '../demo/recorded-sessions.ts';
import { type ModelServer, startModelServer } from '../servers/model/model-server.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { runCli } from '../support/run-cli.ts';

interface Line {
  subject: string;
  state: string;
  detail: string;
  advice: string | null;
}

let repository: GitFixture;
let server: ModelServer;

beforeAll(async () => {
  repository = createGitFixture();
  repository.commit({ 'a.txt': 'a\n' });
  repository.git('checkout', '-q', '-b', 'topic');
  server = await startModelServer({ script: recordedSessions() });
}, 60_000);
afterAll(async () => {
  repository.remove();
  await server.close();
});

interface Situation {
  /** The user's own file. */
  config?: string;
  env?: Record<string, string>;
  in?: GitFixture;
}

/** What doctor says that is not in order, and what the default call then says. */
async function ask({ config, env, in: place = repository }: Situation): Promise<{
  ready: boolean;
  code: number | null;
  broken: Line[];
  lines: Line[];
  review: string;
}> {
  const home = mkdtempSync(join(place.scratch, 'home-'));
  mkdirSync(join(home, 'config', 'deep-review'), { recursive: true });
  if (config !== undefined) writeFileSync(join(home, 'config', 'deep-review', 'config.yml'), config);
  const options = { cwd: place.directory, home, env: { ...serverVariables(server.url), ...env } };
  const doctor = await runCli(['doctor', '--json'], options);
  const { ready, lines }: { ready: boolean; lines: Line[] } = JSON.parse(doctor.stdout);
  // Neither is needed for a review of what is here.
  const spare = ['sandbox', 'GitHub token'];
  const broken = lines.filter(({ state, subject }) => state !== 'ok' && !spare.includes(subject));
  const review = await runCli(['--out', join(home, 'out'), ...(ready ? ['--dry-run'] : [])], options);
  expect(review.code).toBe(ready ? 0 : 2);
  return { ready, code: doctor.code, broken, lines, review: review.stderr };
}

describe('doctor is ready exactly when a review without flags would start', () => {
  test.each<[string, Situation, string, RegExp]>([
    [
      'a key that is not allowed in the repository’s file',
      {},
      'settings',
      /"sandbox" may not be set by a repository/,
    ],
    [
      'a folder of dependencies that is not there',
      { config: 'dependencies: [/nowhere/at/all]\n' },
      'dependencies',
      /there is no folder \/nowhere\/at\/all/,
    ],
    [
      'a price that nobody knows',
      { config: 'reviewers: [{id: own, provider: anthropic, model: claude-unheard-of}]\n' },
      'prices',
      /the price of claude-unheard-of is not known/,
    ],
    [
      'an endpoint that is none',
      { env: { OPENAI_BASE_URL: 'http://example.org/' } },
      'settings',
      /OPENAI_BASE_URL is not a usable endpoint/,
    ],
    [
      'an effort that the model does not have',
      { config: 'reviewers: [{id: own, provider: anthropic, model: claude-opus-5-5, effort: ultra}]\n' },
      'settings',
      /claude-opus-5-5 has no effort "ultra"/,
    ],
    ['a configuration that cannot be read', { config: 'quorum: [\n' }, 'configuration', /not valid YAML/],
  ])('not with %s', async (name, situation, subject, detail) => {
    const place = createGitFixture();
    const forbidden = name.includes('repository’s') ? 'sandbox: {network: true}\n' : '';
    place.commit({ 'a.txt': 'a\n', ...(forbidden === '' ? {} : { '.deep-review.yml': forbidden }) });
    place.git('checkout', '-q', '-b', 'topic');
    const { ready, code, broken, review } = await ask({ ...situation, in: place });
    const needed = broken.filter((line) => line.subject === subject);
    expect({ ready, code, needed }).toEqual({
      ready: false,
      code: 2,
      needed: [
        {
          subject,
          state: 'missing',
          detail: expect.stringMatching(detail),
          advice: expect.stringMatching(/./),
        },
      ],
    });
    expect(review).toContain(needed[0]?.detail);
    place.remove();
  });

  test('not in a repository without commits', async () => {
    const empty = createGitFixture();
    const { ready, broken } = await ask({ in: empty });
    expect({ ready, broken }).toEqual({
      ready: false,
      broken: [
        {
          subject: 'change',
          state: 'missing',
          detail: 'the repository has no commit yet',
          advice: 'commit something: a review compares commits',
        },
      ],
    });
    empty.remove();
  });

  test('with all in order; any effort of a model that nobody described, and no key where none is needed', async () => {
    const baseUrl = `${server.url}/v1`;
    const { ready, lines } = await ask({
      config: `reviewers: [{id: own, provider: openai-compatible, model: m, effort: ultra, baseUrl: "${baseUrl}", maxTokens: 1000}]\n`,
    });
    expect(ready).toBe(true);
    expect(lines.find(({ subject }) => subject === 'reviewer own')?.detail).toBe(
      'openai-compatible m: needs no key',
    );
    expect(lines.find(({ subject }) => subject === '  model')?.detail).toBe(
      'nothing is known of its limits; it is sent any effort that is set',
    );
  });
});

test('an effort that a model does not have is refused with the words it has', async () => {
  const options = { cwd: repository.directory, home: repository.scratch };
  expect(await runCli(['--effort', 'claude=ultra', '--reviewers', 'claude,checks'], options)).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'deep-review: claude-opus-5-5 has no effort "ultra", which is set for claude\n  → choose one of low, medium, high, xhigh, max\n',
  });
});
