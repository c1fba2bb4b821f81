import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, ModelScript, ScriptSession, ScriptTurn } from '../servers/model/script.ts';
import { createGitFixture, type GitFixture } from './git-fixture.ts';

const before = 'package probe\n\nfunc Name() string { return "probe" }\n';
const after = `${before}
// IsRunning tells whether a container runs.
func IsRunning(client Client, id string) (bool, error) {
	running, err := client.Inspect(id)
	if err != nil {
		return false, nil
	}
	return running, nil
}
`;

export interface ReviewedChange {
  repository: GitFixture;
  /** `base..head`. */
  range: string;
}

/** A small repository and a change with one defect, which `findDefect` quotes. */
export function createReviewedChange(): ReviewedChange {
  const repository = createGitFixture();
  const base = repository.commit({ 'probe.go': before, 'notes.txt': 'one\n' }, 'Begin');
  const head = repository.commit({ 'probe.go': after }, 'Tell whether a container runs');
  return { repository, range: `${base}..${head}` };
}

/** The models of the three reviewers that are there by default. */
export const defaultModels = {
  claude: 'claude-opus-5-5',
  codex: 'gpt-6.1-sol',
  gemini: 'gemini-4-argon',
} as const;
export type DefaultReviewer = keyof typeof defaultModels;

/** A turn that hands the defect in. */
export const findDefect: ScriptTurn = {
  thinking: 'An error becomes an answer here.',
  toolCalls: [
    {
      name: 'report_finding',
      arguments: {
        severity: 'important',
        kind: 'regression',
        category: 'error-handling',
        title: 'An error of Inspect becomes "not running"',
        locations: [{ path: 'probe.go', startLine: 8, endLine: 10, side: 'head' }],
        quote: '\tif err != nil {\n\t\treturn false, nil\n\t}',
        explanation: 'The caller cannot tell an unknown state from a stopped container.',
        scenario: 'The daemon is restarted; every container counts as stopped.',
        fix: { text: 'Return the error.', diff: '' },
        confidence: 0.9,
      },
    },
  ],
};

/** A turn that ends the review. */
export const finishReview: ScriptTurn = {
  toolCalls: [
    {
      name: 'finish_review',
      arguments: {
        summary: 'One look-up hides its error.',
        coverage: [{ path: 'probe.go', status: 'reviewed', note: '' }],
      },
    },
  ],
};

/** A turn whose every try meets this fault. */
export function always(fault: Fault, turn: ScriptTurn = finishReview): ScriptTurn {
  return { ...turn, faults: [fault], faultsForever: true };
}

/** What each default reviewer's model says. */
export function scriptOf(turns: Record<DefaultReviewer, readonly ScriptTurn[]>): ModelScript {
  const session = (name: DefaultReviewer): ScriptSession => ({
    name,
    match: { model: defaultModels[name] },
    turns: turns[name],
  });
  return { keys: ['recorded'], sessions: [session('claude'), session('codex'), session('gemini')] };
}

/** Writes a user's configuration of the three reviewers, with these limits for each request. Gives its path. */
export function writeConfig(folder: string, limits: Record<string, number>, more = ''): string {
  const path = join(folder, `config-${Object.values(limits).join('-')}.yml`);
  const providers = { claude: 'anthropic', codex: 'openai', gemini: 'google' } as const;
  const entries = Object.entries(defaultModels).map(
    ([id, model]) =>
      `  - {id: ${id}, provider: ${providers[id as DefaultReviewer]}, model: ${model}, effort: high, limits: ${JSON.stringify(limits)}}`,
  );
  writeFileSync(path, `reviewers:\n${entries.join('\n')}\n${more}`);
  return path;
}
