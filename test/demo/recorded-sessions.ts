import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findPackageDirectory } from '../../src/config.ts';
import type { ModelScript, ScriptSession, ScriptTurn } from '../servers/model/script.ts';

/** The key that the recorded models accept. */
export const recordedKey = 'recorded';

/** The reviewers of the demonstration, in its order. */
export const demoReviewers = ['claude', 'codex', 'gemini', 'checks'] as const;

/** What the report says on its face. */
export const recordedNotice =
  'This is a demonstration: the sessions of Claude, Codex and Gemini are recorded. No model was asked and nothing was paid; tokens and costs are what the recorded sessions would come to. The tools, the checks and everything made of their answers are real.';

/** The sessions as a script for the model server: one file for each vendor's model, and one each for examiners and the writer. */
export function recordedSessions(): ModelScript {
  const folder = join(findPackageDirectory(), 'test', 'demo', 'sessions');
  const sessions = ['claude', 'codex', 'gemini'].map(
    (name) => parse(readFileSync(join(folder, `${name}.yml`), 'utf8')) as ScriptSession,
  );
  const others = ['examiners', 'writer'].flatMap(
    (name) => parse(readFileSync(join(folder, `${name}.yml`), 'utf8')) as ScriptSession[],
  );
  return { keys: [recordedKey], sessions: [...sessions, ...others, ...examinersOfChecks(sessions)] };
}

/** What the checks claim changes with their rules: in the recorded sessions nobody can tell. */
function examinersOfChecks(sessions: readonly ScriptSession[]): ScriptSession[] {
  const verdicts = Array.from({ length: 8 }, (_, at) => ({
    id: `q${at + 1}`,
    verdict: 'cannot-tell',
    argument: 'This session was recorded without a look at this claim.',
  }));
  const turn: ScriptTurn = { toolCalls: [{ name: 'submit_verdicts', arguments: { verdicts } }] };
  return sessions.map(({ name, match }) => ({
    name: `${name}-examines-checks`,
    match: { ...match, tool: 'submit_verdicts' },
    turns: [turn, turn],
    afterEnd: 'repeat-last',
  }));
}

/** The environment that makes the three vendors' clients talk to a model server at this address. */
export function serverVariables(url: string): Record<string, string> {
  return {
    ANTHROPIC_API_KEY: recordedKey,
    OPENAI_API_KEY: recordedKey,
    GEMINI_API_KEY: recordedKey,
    ANTHROPIC_BASE_URL: url,
    OPENAI_BASE_URL: `${url}/v1`,
    GOOGLE_GEMINI_BASE_URL: url,
  };
}
